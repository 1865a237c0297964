package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.Deadline;
import dev.greenlet.DeadlineExit;
import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.net.HubSocketFactory;
import dev.greenlet.sync.GreenletEvent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
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
  private static final Duration SOON = Duration.ofMillis(20);

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
  @DisplayName("2.2/19 a listener of switches never sees a target that is dead")
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
  void treeFollowsAGreenletToAnotherLane() {
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
                seen.add("owner receives: " + exit.getMessage());
                throw exit;
              }
            });
    asleep.pass();
    owner.kill("for the test");

    assertThat(owner.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(seen)
        .containsExactly(
            "sleeper ends",
            "owner receives: Greenlet 'task' was killed: for the test",
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

  private static Object switchTo(RawGreenlet target, Object... value) {
    return String.valueOf(target.switchTo(value.length == 0 ? null : value[0]));
  }

  /** Waits without end, and notes how that ended. */
  private @Nullable Object waitForNothing(String name) throws Exception {
    try {
      new GreenletEvent("never").await();
      return "went on";
    } catch (Throwable exit) {
      seen.add(name + " ends by " + exit.getClass().getSimpleName());
      throw exit;
    }
  }

  @Test
  void deadlineOfTheOwnerEndsTheWaitOfTheGreenletThatHasControlAndGoesToItsOwner() {
    RawGreenlet child = new RawGreenlet(value -> waitForNothing("child"));

    assertThatThrownBy(() -> Deadline.within(SOON, () -> switchTo(child)))
        .isInstanceOf(TimeoutException.class);

    assertThat(seen).containsExactly("child ends by DeadlineExit");
    assertThat(child.isDead()).isTrue();
  }

  @Test
  void deadlineGoesFromParentToParent() {
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              RawGreenlet grandchild = new RawGreenlet(ignored -> waitForNothing("grandchild"));
              try {
                return grandchild.switchTo();
              } catch (DeadlineExit exit) {
                seen.add("child gets it");
                throw exit;
              }
            });

    assertThatThrownBy(() -> Deadline.within(SOON, () -> switchTo(child)))
        .isInstanceOf(TimeoutException.class);

    assertThat(seen).containsExactly("grandchild ends by DeadlineExit", "child gets it");
  }

  @Test
  void deadlineOfAGreenletInTheMiddleEndsWhatItStartedAndNoMore() throws Exception {
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              RawGreenlet grandchild = new RawGreenlet(ignored -> waitForNothing("grandchild"));
              return Deadline.within(SOON, () -> switchTo(grandchild), "timed out");
            });

    assertThat(Deadline.within(LONG, () -> switchTo(child))).isEqualTo("timed out");

    assertThat(seen).containsExactly("grandchild ends by DeadlineExit");
  }

  @Test
  void deadlineOfASuspendedGreenletEndsNoWaitOfItsParent() throws Exception {
    RawGreenlet child =
        new RawGreenlet(
            value -> Deadline.within(SOON, () -> switchTo(parent(), "ready"), "timed out"));
    assertThat(child.switchTo()).isEqualTo("ready");

    Greenlets.sleep(SOON.multipliedBy(3));

    assertThat(child.switchTo("lost")).isEqualTo("timed out");
  }

  @Test
  void killOfASuspendedGreenletEndsWhatItStarted() throws Exception {
    Gate waits = new Gate();
    List<GreenletTask<?>> task = new CopyOnWriteArrayList<>();
    GreenletTask<@Nullable Object> owner =
        spawn(
            ignored -> {
              RawGreenlet child =
                  new RawGreenlet(
                      value -> {
                        task.add(Greenlets.current());
                        return new RawGreenlet(
                                more -> {
                                  waits.open();
                                  return waitForNothing("grandchild");
                                })
                            .switchTo();
                      });
              return child.switchTo();
            });
    waits.pass();

    task.getFirst().kill("for the test");

    assertThat(owner.get()).isInstanceOf(GreenletExit.class);
    assertThat(seen).containsExactly("grandchild ends by GreenletExit");
  }

  @Test
  void greenletThatOutlivesADeadlineOfItsOwnerIsNotEndedByItLater() throws Exception {
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              try {
                waitForNothing("child");
              } catch (DeadlineExit exit) {
                yieldToParent("caught it");
              }
              Greenlets.yieldNow();
              Greenlets.sleep(SOON);
              return "went on";
            });
    assertThat(Deadline.within(SOON, () -> switchTo(child), "timed out")).isEqualTo("timed out");

    assertThat(child.switchTo()).isEqualTo("went on");
    assertThat(seen).containsExactly("child ends by DeadlineExit");
  }

  @Test
  void deadlineThatFindsNoWaitIsThrownWhenControlComesAndNotLater() throws Exception {
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              long begin = System.nanoTime();
              while (System.nanoTime() - begin < SOON.multipliedBy(3).toNanos()) {
                Thread.onSpinWait();
              }
              yieldToParent("busy");
              Greenlets.yieldNow();
              return "went on";
            });
    assertThat(Deadline.within(SOON, () -> switchTo(child), "timed out"))
        .isIn("busy", "timed out"); // a hub that is busy may notice it late

    assertThat(child.switchTo()).isEqualTo("went on");
  }

  @Test
  void deadlineEndsAReadOfAHubSocket() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client =
            new HubSocketFactory().createSocket(server.getInetAddress(), server.getLocalPort());
        Socket peer = server.accept()) {
      RawGreenlet reader = new RawGreenlet(value -> client.getInputStream().read());
      assertThat(Deadline.within(SOON, () -> switchTo(reader), "timed out")).isEqualTo("timed out");

      peer.getOutputStream().write(7);
      assertThat(client.getInputStream().read()).isEqualTo(7);
    }
  }

  @Test
  void killedInAReadOfAHubSocketItIsKilledForItsParentToo() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client =
            new HubSocketFactory().createSocket(server.getInetAddress(), server.getLocalPort())) {
      RawGreenlet reader =
          new RawGreenlet(
              value -> {
                GreenletTask<?> self = Greenlets.current();
                Greenlets.spawnAfter(SOON, () -> self.kill("for the test"));
                return client.getInputStream().read();
              });

      assertThat(reader.switchTo()).isInstanceOf(GreenletExit.class);
    }
  }

  @Test
  void oneThatADyingOwnerClosesCleansUp() throws Exception {
    Gate asleep = new Gate();
    GreenletTask<?> owner =
        spawn(
            ignored -> {
              RawGreenlet child =
                  new RawGreenlet(
                      value -> {
                        try {
                          return yieldToParent(null);
                        } finally {
                          Greenlets.sleep(Duration.ofMillis(1));
                          seen.add("cleaned up");
                        }
                      });
              child.switchTo();
              try (child) {
                asleep.open();
                Greenlets.sleep(LONG);
              }
              return null;
            });
    asleep.pass();
    owner.kill("for the test");

    assertThat(owner.join(Duration.ofSeconds(10))).isInstanceOf(Outcome.Killed.class);
    assertThat(seen).containsExactly("cleaned up");
  }

  @Test
  void anOwnerThatHasSwallowedItsKillGetsItAgainWithControl() throws Exception {
    Gate asleep = new Gate();
    GreenletTask<?> owner =
        spawn(
            ignored -> {
              try {
                asleep.open();
                Greenlets.sleep(LONG);
              } catch (GreenletExit swallowed) {
                seen.add("swallowed");
              }
              RawGreenlet child =
                  new RawGreenlet(
                      value -> {
                        Greenlets.sleep(LONG);
                        return null;
                      });
              try {
                return child.switchTo();
              } catch (GreenletExit again) {
                seen.add("again");
                return null;
              }
            });
    asleep.pass();
    owner.kill("for the test");

    assertThat(owner.join(Duration.ofSeconds(10))).isInstanceOf(Outcome.Killed.class);
    assertThat(seen).containsExactly("swallowed", "again");
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
