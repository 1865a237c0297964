package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.raw.RawHost.Owner;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

@EnumSource(RawHost.class)
class RawParentTests extends RawContract {

  private static RawGreenlet idle(String name) {
    return new RawGreenlet(name, value -> null, null);
  }

  private static RawGreenlet suspended() {
    RawGreenlet greenlet = new RawGreenlet("suspended", value -> yieldToParent(null), null);
    greenlet.switchTo();
    return greenlet;
  }

  /** A greenlet of another owner, which lives until it is ended. */
  private final class Foreign implements AutoCloseable {
    private final AtomicReference<@Nullable RawGreenlet> greenlet = new AtomicReference<>();
    private final Gate made = new Gate();
    private final Gate mayEnd = new Gate();
    private final Owner owner;

    Foreign() throws InterruptedException {
      owner =
          startOwner(
              () -> {
                RawGreenlet dead = idle("foreign");
                dead.switchTo();
                greenlet.set(dead);
                made.open();
                mayEnd.pass();
              });
      made.pass();
    }

    RawGreenlet greenlet() {
      return java.util.Objects.requireNonNull(greenlet.get());
    }

    void end() throws Throwable {
      mayEnd.open();
      owner.join();
    }

    @Override
    public void close() {
      mayEnd.open();
    }
  }

  /** Goes to another treeNode while its body is looked for. */
  private static final class Runaway extends RawGreenlet {
    private final RawGreenlet refuge;

    Runaway(RawGreenlet refuge) {
      super((RawGreenlet) null);
      this.refuge = refuge;
    }

    @Override
    protected RawBody findBody() {
      setParent(refuge);
      return value -> null;
    }
  }

  @Test
  @DisplayName("34 no greenlet is its own parent")
  void trivialCycle() {
    RawGreenlet g = idle("g");

    assertThatThrownBy(() -> g.setParent(g))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cyclic parent chain: 'g' -> 'g'");
  }

  @Test
  @DisplayName("35 a deeper cycle is refused, and shown")
  void deeperCycle() {
    RawGreenlet g1 = idle("g1");
    RawGreenlet g2 = idle("g2");
    RawGreenlet g3 = idle("g3");
    g1.setParent(g2);
    g2.setParent(g3);

    assertThatThrownBy(() -> g3.setParent(g1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cyclic parent chain: 'g3' -> 'g1' -> 'g2' -> 'g3'");
  }

  @Test
  @DisplayName("36 a main greenlet cannot be given a parent")
  void mainCannotBeGivenAParent() {
    RawGreenlet main = RawGreenlet.main();

    assertThatThrownBy(() -> main.setParent(main))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Cannot set the parent of a main greenlet");
  }

  @Test
  @DisplayName("37 a main greenlet has no parent")
  void mainHasNoParent() {
    assertThat(RawGreenlet.current().parent()).isNull();
    assertThat(RawGreenlet.current().isMain()).isTrue();
  }

  @Test
  @DisplayName("38 the parent cannot be taken away, of no greenlet")
  @SuppressWarnings("NullAway") // what a caller without null checks would do
  void parentCannotBeTakenAway() {
    RawGreenlet worker = idle("worker");
    assertThat(worker.parent()).isSameAs(RawGreenlet.current());

    assertThatThrownBy(() -> worker.setParent(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("'parent' must not be null");
    assertThatThrownBy(() -> RawGreenlet.main().setParent(null))
        .isInstanceOf(NullPointerException.class);
    assertThat(worker.parent()).isSameAs(RawGreenlet.current());
  }

  @Test
  @DisplayName("39 no parent is refused for an unstarted and for a started greenlet")
  @SuppressWarnings("NullAway") // what a caller without null checks would do
  void nullParentIsRefusedInAnyState() {
    RawGreenlet greenlet = suspended();
    assertThatThrownBy(() -> idle("unstarted").setParent(null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> greenlet.setParent(null)).isInstanceOf(NullPointerException.class);

    greenlet.switchTo();
    assertThat(greenlet.isDead()).isTrue();
  }

  @Test
  @DisplayName("40 a started greenlet cannot be given a parent of another thread")
  void startedGreenletCannotChangeThread() throws InterruptedException {
    RawGreenlet started = suspended();
    try (Foreign foreign = new Foreign()) {
      assertThatThrownBy(() -> started.setParent(foreign.greenlet()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'parent' cannot be on a different thread")
          .hasMessageContaining(started.name())
          .hasMessageContaining("foreign");
    }
  }

  @Test
  @DisplayName("40 an unstarted greenlet goes with its parent to another thread")
  void unstartedGreenletMayChangeThread() throws Throwable {
    try (Foreign foreign = new Foreign()) {
      RawGreenlet unstarted = idle("emigrant");
      unstarted.setParent(foreign.greenlet());

      assertThatThrownBy(unstarted::switchTo).isInstanceOf(CrossThreadSwitchException.class);
      startOwner(
              () -> {
                RawGreenlet here = new RawGreenlet("root", value -> null, null);
                unstarted.setParent(here);
                assertThat(unstarted.switchTo("x")).isNull();
                assertThat(unstarted.isDead()).isTrue();
              })
          .join();
    }
  }

  @Test
  @DisplayName(
      "41 moved to the tree of a thread that has ended, while it starts, it does not start")
  void reparentedToDeadThreadDuringStart() throws Throwable {
    Foreign foreign = new Foreign();
    foreign.end();
    RawGreenlet runaway = new Runaway(foreign.greenlet());

    assertThatThrownBy(runaway::switchTo)
        .isInstanceOf(DeadThreadException.class)
        .hasMessageContaining("Cannot switch to a different thread (which happens to have ended)");
    assertThat(runaway.isActive() || runaway.isDead()).as("started").isFalse();
  }

  @Test
  @DisplayName("41 moved to the tree of another thread, while it starts, it does not start")
  void reparentedToOtherThreadDuringStart() throws InterruptedException {
    try (Foreign foreign = new Foreign()) {
      RawGreenlet runaway = new Runaway(foreign.greenlet());

      assertThatThrownBy(runaway::switchTo)
          .isInstanceOf(CrossThreadSwitchException.class)
          .hasMessageContaining("Cannot switch to a different thread")
          .hasMessageContaining("Current:")
          .hasMessageContaining("Expected:");
      assertThat(runaway.isActive() || runaway.isDead()).as("started").isFalse();
    }
  }
}
