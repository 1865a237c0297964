package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Greenlets;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing is held that is no longer of use. */
@EnumSource(RawHost.class)
class RawCollectionTests extends RawContract {

  private static WeakReference<RawGreenlet> dead() {
    RawGreenlet greenlet = new RawGreenlet(value -> RawGreenlet.current());
    greenlet.attributes().put("self", greenlet);
    greenlet.switchTo();
    return new WeakReference<>(greenlet);
  }

  @Test
  @DisplayName("74 a dead greenlet is collected, cycles through itself included")
  void deadGreenletIsCollected() throws InterruptedException {
    Garbage.awaitCollected(dead());
  }

  private static WeakReference<RawGreenlet> unstarted() {
    RawGreenlet greenlet = new RawGreenlet(value -> null);
    greenlet.attributes().put("self", greenlet);
    return new WeakReference<>(greenlet);
  }

  @Test
  @DisplayName("74 an unstarted greenlet is collected, cycles through itself included")
  void unstartedGreenletIsCollected() throws InterruptedException {
    Garbage.awaitCollected(unstarted());
  }

  private static WeakReference<RawGreenlet> closed() {
    RawGreenlet greenlet = new RawGreenlet(value -> yieldToParent(null));
    greenlet.switchTo();
    greenlet.close();
    return new WeakReference<>(greenlet);
  }

  @Test
  @DisplayName("75 a suspended greenlet that is closed is collected")
  void closedGreenletIsCollected() throws InterruptedException {
    Garbage.awaitCollected(closed());
  }

  private static WeakReference<RawGreenlet> lost(List<String> trail, int values) {
    RawGreenlet main = RawGreenlet.current();
    RawGreenlet generator =
        new RawGreenlet(
            _ -> {
              try {
                for (int i = 0; i < Integer.MAX_VALUE; i++) {
                  main.switchTo(i);
                }
                return null;
              } finally {
                trail.add("closed");
              }
            });
    for (int i = 0; i < values; i++) {
      assertThat(generator.switchTo()).isEqualTo(i);
    }
    return new WeakReference<>(generator);
  }

  @Test
  void aSuspendedGreenletToWhichNothingRefersIsClosedByItsTree() throws InterruptedException {
    List<String> trail = new CopyOnWriteArrayList<>();
    Garbage.awaitCollected(lost(trail, 3));

    awaitTrue(() -> RawGreenlet.current().isActive() && trail.equals(List.of("closed")));
  }

  @Test
  void manyThatAreLostLeaveNothingBehind() throws InterruptedException {
    List<String> trail = new CopyOnWriteArrayList<>();
    WeakReference<RawGreenlet> last = null;
    for (int i = 0; i < 200; i++) {
      last = lost(trail, 1);
    }
    Garbage.awaitCollected(java.util.Objects.requireNonNull(last));

    awaitTrue(
        () -> {
          System.gc();
          return RawGreenlet.current().isActive() && trail.size() == 200;
        });
  }

  @Test
  void oneThatWaitsForTheResultOfAChildIsNotLost() throws InterruptedException {
    RawGreenlet main = RawGreenlet.current();
    RawGreenlet child = childOfOneThatWaits(main);
    for (int i = 0; i < 5; i++) {
      System.gc();
      Greenlets.sleep(Duration.ofMillis(10));
    }

    assertThat(RawGreenlet.current()).isSameAs(main); // lost ones would be closed by now
    assertThat(child.switchTo("the end")).isEqualTo("parent got the end");
  }

  private static RawGreenlet childOfOneThatWaits(RawGreenlet main) {
    List<RawGreenlet> children = new ArrayList<>();
    RawGreenlet parent =
        new RawGreenlet(
            _ -> {
              children.add(new RawGreenlet(_ -> main.switchTo("from the child")));
              return "parent got " + children.removeFirst().switchTo();
            });
    List<RawGreenlet> seen = new ArrayList<>();
    try (RawTrace trace = RawGreenlet.trace(event -> seen.add(event.origin()))) {
      assertThat(parent.switchTo()).isEqualTo("from the child");
      assertThat(trace.isOpen()).isTrue();
    }
    return seen.getLast();
  }

  private static WeakReference<Object> sendToSuspended(RawGreenlet greenlet) {
    Object payload = new Object();
    greenlet.switchTo(payload);
    return new WeakReference<>(payload);
  }

  private static WeakReference<Object> received(RawGreenlet greenlet) {
    return new WeakReference<>(java.util.Objects.requireNonNull(greenlet.switchTo()));
  }

  @Test
  @DisplayName("76 neither the sender nor the receiver of a value holds it while suspended")
  void payloadsAreNotHeld() throws InterruptedException {
    RawGreenlet sink =
        new RawGreenlet(
            value -> {
              while (true) {
                yieldToParent(null);
              }
            });
    sink.switchTo();
    Garbage.awaitCollected(sendToSuspended(sink));

    RawGreenlet main = RawGreenlet.current();
    RawGreenlet source =
        new RawGreenlet(
            value -> {
              while (true) {
                main.switchTo(new Object());
              }
            });
    Garbage.awaitCollected(received(source));
    assertThat(sink.isActive() && source.isActive()).isTrue();
  }

  @Test
  @DisplayName("76 the tree of a thread that has ended is collected, its greenlets included")
  void treeOfEndedOwnerIsCollected() throws Throwable {
    List<WeakReference<RawGreenlet>> references = new CopyOnWriteArrayList<>();
    startOwner(() -> references.add(new WeakReference<>(RawGreenlet.current()))).join();
    startOwner(
            () -> {
              List<RawGreenlet> own = new ArrayList<>();
              RawGreenlet.current().attributes().put("own", own);
              for (int i = 0; i < 2; i++) {
                RawGreenlet finished = new RawGreenlet(value -> own.add(RawGreenlet.current()));
                finished.switchTo();
                RawGreenlet suspended = new RawGreenlet(value -> yieldToParent(null));
                suspended.switchTo();
                own.add(suspended);
              }
              own.forEach(greenlet -> references.add(new WeakReference<>(greenlet)));
              references.add(new WeakReference<>(RawGreenlet.current()));
            })
        .join();

    assertThat(references).hasSize(6);
    for (WeakReference<RawGreenlet> reference : references) {
      Garbage.awaitCollected(reference);
    }
  }

  @Test
  @DisplayName("76 thousands of greenlets that came and went leave nothing behind")
  void steadyState() throws InterruptedException {
    List<WeakReference<RawGreenlet>> references = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      references.add(dead());
    }
    for (WeakReference<RawGreenlet> reference : references) {
      Garbage.awaitCollected(reference);
    }
    @Nullable Object alive = RawGreenlet.current().switchTo("alive");
    assertThat(alive).isEqualTo("alive");
  }
}
