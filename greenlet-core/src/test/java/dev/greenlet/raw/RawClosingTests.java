package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.GreenletExit;
import dev.greenlet.raw.RawHost.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing: by collection, as in Python, by the owner on request, and at the end of the owner. */
@EnumSource(RawHost.class)
class RawClosingTests extends RawContract {
  private final List<Object> seen = new CopyOnWriteArrayList<>();

  private RawGreenlet suspended(String name) {
    RawGreenlet greenlet =
        new RawGreenlet(
            name,
            value -> {
              try {
                return yieldToParent(null);
              } catch (GreenletExit exit) {
                seen.add(name);
                throw exit;
              }
            },
            null);
    greenlet.switchTo();
    return greenlet;
  }

  @Test
  @DisplayName("69 a suspended greenlet that is closed gets an exit, and control comes back")
  void closeThrowsExit() {
    RawGreenlet g1 = suspended("g1");
    try (RawGreenlet g2 = suspended("g2")) {
      assertThat(seen).isEmpty();
      g1.close();
      assertThat(seen).containsExactly("g1");
      assertThat(g2.isActive()).isTrue();
    }
    assertThat(seen).containsExactly("g1", "g2");
    assertThat(g1.isDead()).isTrue();
  }

  @Test
  void manyHandControlToTheNextOneAndTheLastOneGivesItBack() {
    RawGreenlet caller = RawGreenlet.current();
    List<RawGreenlet> greenlets = IntStream.range(0, 5).mapToObj(i -> suspended("g" + i)).toList();
    List<RawGreenlet> targets = new ArrayList<>();
    try (RawTrace trace = RawGreenlet.trace(event -> targets.add(event.target()))) {
      RawGreenlet.closeTree();
      assertThat(trace.isOpen()).isTrue();
    }

    assertThat(seen).containsExactly("g4", "g3", "g2", "g1", "g0");
    assertThat(greenlets).allMatch(RawGreenlet::isDead);
    assertThat(greenlets)
        .allSatisfy(
            greenlet ->
                assertThatThrownBy(greenlet::switchTo)
                    .isInstanceOf(ClosedRawGreenletException.class));
    assertThat(targets).filteredOn(caller::equals).hasSize(1);
  }

  @Test
  void oneOfManyThatSurvivesDoesNotKeepTheOthers() {
    RawGreenlet first = suspended("first");
    RawGreenlet survivor =
        new RawGreenlet(
            "survivor",
            _ -> {
              try {
                return yieldToParent(null);
              } catch (GreenletExit exit) {
                return yieldToParent("survived");
              }
            },
            null);
    survivor.switchTo();
    RawGreenlet last = suspended("last");

    RawGreenlet.closeTree();

    assertThat(seen).containsExactly("last", "first");
    assertThat(first.isDead() && last.isDead()).isTrue();
    assertThat(survivor.isActive()).isTrue();
    assertThat(survivor.parent()).isSameAs(RawGreenlet.current());
    assertThat(survivor.switchTo("end")).isEqualTo("end");
  }

  @Test
  @DisplayName("69 an unstarted greenlet that is closed never runs")
  void closeBeforeStart() {
    RawGreenlet unstarted = new RawGreenlet(value -> seen.add("ran"));
    unstarted.close();

    assertThat(unstarted.isDead()).isTrue();
    assertThatThrownBy(unstarted::switchTo)
        .isInstanceOf(ClosedRawGreenletException.class)
        .hasMessageContaining(unstarted.name())
        .hasMessageContaining("create another one");
    assertThatThrownBy(unstarted::throwInto).isInstanceOf(ClosedRawGreenletException.class);
    assertThat(seen).isEmpty();
  }

  @Test
  @DisplayName("70 what else escapes a closed greenlet goes to the uncaught-exception handler only")
  void secondaryFailureGoesToHandler() {
    IllegalStateException secondary = new IllegalStateException("while closing");
    RawGreenlet greenlet =
        new RawGreenlet(
            value -> {
              Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> seen.add(e));
              try {
                return yieldToParent(null);
              } catch (GreenletExit exit) {
                throw secondary;
              }
            });
    greenlet.switchTo();
    greenlet.close();

    assertThat(seen).containsExactly(secondary);
    assertThat(greenlet.isDead()).isTrue();
  }

  @Test
  @DisplayName("71 closed from another thread, it ends at its owner's next call")
  void closeFromOtherThread() throws Throwable {
    RawGreenlet mine = suspended("mine");
    Owner other = startOwner(mine::close);
    other.join();
    assertThat(seen).isEmpty();
    assertThat(mine.isActive()).isTrue();

    RawGreenlet.current();

    assertThat(seen).containsExactly("mine");
    assertThat(mine.isDead()).isTrue();
  }

  @Test
  @DisplayName("72 while it is closed its parent is the closer, and its own one afterwards")
  void parentWhileClosing() {
    RawGreenlet hub = new RawGreenlet("hub", value -> null, null);
    RawGreenlet main = RawGreenlet.current();
    RawGreenlet worker =
        new RawGreenlet(
            value -> {
              try {
                return main.switchTo();
              } catch (GreenletExit survived) {
                seen.add(parent());
                return hub.switchTo();
              }
            },
            hub);
    worker.switchTo();
    worker.close();

    assertThat(seen).containsExactly(main);
    assertThat(worker.parent()).isSameAs(hub);
    assertThat(worker.isActive()).isTrue();
    assertThat(worker.switchTo("continues")).isEqualTo("continues");
    assertThat(worker.isDead()).isTrue();
  }

  @Test
  @DisplayName("72 finally blocks run under the closer, even if that is not the parent")
  void finallyRunsUnderCloser() {
    RawGreenlet victim = suspended("victim");
    RawGreenlet closer =
        new RawGreenlet(
            value -> {
              victim.close();
              seen.add("closer continues");
              return "closed";
            });

    assertThat(closer.switchTo()).isEqualTo("closed");
    assertThat(seen).containsExactly("victim", "closer continues");
  }

  @Test
  @DisplayName("77 the end of the owner runs the finally blocks of its suspended greenlets")
  void endOfOwnerClosesTree() throws Throwable {
    Gate cleaned = new Gate();
    AtomicReference<@Nullable RawGreenlet> left = new AtomicReference<>();
    startOwner(
            () -> {
              RawGreenlet greenlet =
                  new RawGreenlet(
                      value -> {
                        try {
                          return yieldToParent("suspended");
                        } catch (GreenletExit exit) {
                          seen.add("exit");
                          throw exit;
                        } finally {
                          seen.add("finally");
                          cleaned.open();
                        }
                      });
              left.set(greenlet);
              assertThat(greenlet.switchTo()).isEqualTo("suspended");
            })
        .join();
    cleaned.pass();

    assertThat(seen).containsExactly("exit", "finally");
    awaitTrue(() -> java.util.Objects.requireNonNull(left.get()).isDead());
  }

  @Test
  @DisplayName(
      "77 an owner that continues closes its tree, youngest first, whatever the greenlets do")
  void closeTree() {
    suspended("g1");
    suspended("g2");
    RawGreenlet failing =
        new RawGreenlet(
            value -> {
              Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> seen.add("failed"));
              try {
                return yieldToParent(null);
              } finally {
                throwUnchecked();
              }
            });
    failing.switchTo();

    RawGreenlet.closeTree();

    assertThat(seen).containsExactly("failed", "g2", "g1");
    assertThat(RawGreenlet.current().isActive()).isTrue();
    assertThat(new RawGreenlet(value -> "the tree lives").switchTo()).isEqualTo("the tree lives");
  }

  private static void throwUnchecked() {
    throw new IllegalStateException("in finally");
  }

  @Test
  @DisplayName("77 the main greenlet as a resource closes its tree")
  void mainAsResource() {
    try (RawGreenlet main = RawGreenlet.main()) {
      suspended("g1");
      assertThat(main.isMain()).isTrue();
    }
    assertThat(seen).containsExactly("g1");
  }

  @Test
  @DisplayName("a greenlet cannot close itself")
  void closeSelf() {
    RawGreenlet self =
        new RawGreenlet(
            value -> {
              assertThatThrownBy(() -> RawGreenlet.current().close())
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("cannot close itself: return, or throw GreenletExit");
              return "unharmed";
            });

    assertThat(self.switchTo()).isEqualTo("unharmed");
  }

  @Test
  @DisplayName("a greenlet may close its own parent, and continues")
  void closeParent() {
    List<String> order = new ArrayList<>();
    RawGreenlet outer =
        new RawGreenlet(
            value -> {
              RawGreenlet inner =
                  new RawGreenlet(
                      ignored -> {
                        parent().close();
                        order.add("inner continues");
                        return "from inner";
                      });
              try {
                return inner.switchTo();
              } finally {
                order.add("outer ends");
              }
            });

    assertThat(outer.switchTo()).isEqualTo("from inner");
    assertThat(order).containsExactly("outer ends", "inner continues");
  }
}
