package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** What only a tree within a task greenlet of a hub can show. */
@EnumSource(
    mode = EnumSource.Mode.EXCLUDE,
    names = {"PLATFORM_THREAD", "NATIVE_SHARED_LANE"})
class RawTaskTests extends RawContract {
  private static final Duration LONG = Duration.ofHours(1);

  private final List<String> seen = new CopyOnWriteArrayList<>();

  private Hub hub(int number) {
    return stage().runtime().hubs().get(number);
  }

  private GreenletTask<@Nullable Object> spawn(RawBody body) {
    return stage().runtime().spawn(SpawnOptions.named("task").on(hub(0)), () -> body.run(null));
  }

  @Test
  void rawGreenletIsTaskOnTheSameHub() {
    GreenletTask<?> owner = Greenlets.current();
    RawGreenlet child =
        new RawGreenlet(
            "child",
            value -> {
              GreenletTask<?> self = Greenlets.current();
              assertThat(self.kind()).isEqualTo("raw");
              assertThat(self.name()).isEqualTo("child");
              assertThat(self.parent()).isSameAs(owner);
              assertThat(owner.waitingOn()).hasToString("raw control of the tree of " + owner);
              return self.lane();
            },
            null);

    assertThat(child.switchTo()).isSameAs(hub(0));
  }

  @Test
  @DisplayName("2.2/19 who watches the switches never sees a target that is dead")
  void targetsAreAlive() {
    List<Boolean> dead = new ArrayList<>();
    RawGreenlet ends = new RawGreenlet(value -> null);
    RawGreenlet fails =
        new RawGreenlet(
            value -> {
              throw new IllegalStateException("boom");
            });
    try (RawTrace trace = RawGreenlet.trace(event -> dead.add(event.target().isDead()))) {
      ends.switchTo();
      assertThatThrownBy(fails::switchTo).isInstanceOf(IllegalStateException.class);
      ends.switchTo();
      assertThat(trace.isOpen()).isTrue();
    }

    assertThat(dead).hasSizeGreaterThanOrEqualTo(4).containsOnly(false);
  }

  @Test
  void treeFollowsWhoMovesToAnotherLane() {
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              yieldToParent(Greenlets.current().lane());
              yieldToParent(Greenlets.current().lane());
              Greenlets.moveTo(hub(0));
              return null;
            });
    assertThat(child.switchTo()).isSameAs(hub(0));

    Greenlets.moveTo(hub(1));
    assertThat(child.switchTo()).isSameAs(hub(1));

    child.switchTo();
    assertThat(Greenlets.current().lane()).isSameAs(hub(0));
  }

  @Test
  void killingTheOwnerEndsTheGreenletThatHasControlThenTheOwner() throws Exception {
    Gate asleep = new Gate();
    GreenletTask<?> owner =
        spawn(
            ignored -> {
              RawGreenlet other =
                  new RawGreenlet(
                      value -> {
                        try {
                          return yieldToParent(null);
                        } finally {
                          seen.add("suspended one ends");
                        }
                      });
              other.switchTo();
              RawGreenlet sleeper =
                  new RawGreenlet(
                      value -> {
                        try {
                          asleep.open();
                          Greenlets.sleep(LONG);
                          return null;
                        } finally {
                          seen.add("sleeper ends");
                        }
                      });
              try {
                return sleeper.switchTo();
              } catch (GreenletExit exit) {
                seen.add("owner is told: " + exit.getMessage());
                throw exit;
              }
            });
    asleep.pass();
    owner.kill("for the test");

    assertThat(owner.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(seen)
        .containsExactly(
            "sleeper ends",
            "owner is told: Greenlet 'task' was killed: for the test",
            "suspended one ends");
  }

  @Test
  void killingTheOwnerEndsEveryGreenletThatGetsControlBeforeTheOwnerDoes() throws Exception {
    Gate asleep = new Gate();
    GreenletTask<?> owner =
        spawn(
            ignored -> {
              RawGreenlet heir =
                  new RawGreenlet(
                      value -> {
                        try {
                          yieldToParent(null);
                          Greenlets.sleep(LONG);
                          return null;
                        } finally {
                          seen.add("heir ends");
                        }
                      });
              heir.switchTo();
              RawGreenlet sleeper =
                  new RawGreenlet(
                      value -> {
                        asleep.open();
                        Greenlets.sleep(LONG);
                        return null;
                      },
                      heir);
              return sleeper.switchTo();
            });
    asleep.pass();
    owner.kill("for the test");

    assertThat(owner.join(Duration.ofSeconds(10))).isInstanceOf(Outcome.Killed.class);
    assertThat(seen).containsExactly("heir ends");
  }

  @Test
  void killOfSuspendedGreenletArrivesWithControl() {
    List<GreenletTask<?>> task = new ArrayList<>();
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              task.add(Greenlets.current());
              try {
                return yieldToParent("ready");
              } finally {
                seen.add("finally");
              }
            });
    assertThat(child.switchTo()).isEqualTo("ready");
    task.getFirst().kill("while suspended");
    for (int i = 0; i < 10; i++) {
      Greenlets.yieldNow();
    }
    assertThat(seen).isEmpty();

    assertThat(child.switchTo("lost")).isInstanceOf(GreenletExit.class);
    assertThat(seen).containsExactly("finally");
  }

  @Test
  void killOfSuspendedGreenletArrivesWithControlThatIsHandedOverAtOnce() {
    for (int round = 0; round < 200; round++) {
      List<GreenletTask<?>> task = new ArrayList<>();
      RawGreenlet child =
          new RawGreenlet(
              value -> {
                task.add(Greenlets.current());
                seen.add("given " + yieldToParent("ready"));
                return "went on";
              });
      assertThat(child.switchTo()).isEqualTo("ready");

      task.getFirst().kill("while suspended");

      assertThat(child.switchTo("a value")).isInstanceOf(GreenletExit.class);
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void killBeforeTheFirstSliceGivesControlBack() throws Exception {
    GreenletRuntime runtime = stage().runtime();
    Gate ready = new Gate();
    Gate go = new Gate();
    GreenletTask<?> killer =
        spawn(
            ignored -> {
              ready.open();
              go.pass();
              runtime.live().stream()
                  .filter(task -> task.kind().equals("raw"))
                  .forEach(task -> task.kill("too early"));
              return null;
            });
    ready.pass();
    while (killer.waitingOn() == null) {
      Greenlets.yieldNow();
    }
    RawGreenlet victim = new RawGreenlet(value -> seen.add("ran"));
    go.open(); // queues the killer, before the switch queues its victim

    assertThat(victim.switchTo()).isInstanceOf(GreenletExit.class);
    assertThat(victim.isDead()).isTrue();
    assertThat(seen).isEmpty();
  }

  @Test
  void closedRuntimeRefusesToStartAndTheGreenletStaysUnstarted() throws Exception {
    try (GreenletRuntime other = GreenletRuntime.builder().build()) {
      Gate closing = new Gate();
      GreenletTask<?> task =
          other.spawn(
              SpawnOptions.named("late").on(other.hubs().getFirst()),
              () -> {
                try {
                  closing.open();
                  Greenlets.sleep(LONG);
                } finally {
                  RawGreenlet late = new RawGreenlet(value -> null);
                  assertThatThrownBy(late::switchTo)
                      .isInstanceOf(dev.greenlet.RuntimeClosedException.class);
                  seen.add(late.toString().endsWith("[pending]") ? "pending" : late.toString());
                }
                return null;
              });
      closing.pass();
      Thread closer = Thread.ofPlatform().daemon().start(other::close);
      task.join();
      closer.join();
    }
    assertThat(seen).containsExactly("pending");
  }
}
