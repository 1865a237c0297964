package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.testing.EngineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class TaskLifeTests extends EngineFixture {
  TaskLifeTests(TestEngine engine) {
    super(engine.builder());
  }

  private static final class Boom extends Exception {
    private static final long serialVersionUID = 1L;
    final int field = 42;
  }

  @Test
  @DisplayName("2.2/01 each phase of one that returns is told by state, outcome and result")
  void phasesOfOneThatReturns() throws Exception {
    script(
        () -> {
          GreenletTask<String> task =
              Greenlets.spawn(
                  () -> {
                    Greenlets.sleep(Duration.ofSeconds(1));
                    return "value";
                  });
          assertThat(task.greenletState()).isIn(GreenletState.NEW, GreenletState.READY);
          assertThat(task.isDone()).isFalse();
          assertThat(task.outcome()).isNull();
          assertThat(task.state()).isEqualTo(Future.State.RUNNING);
          Greenlets.yieldNow();
          assertThat(task.greenletState()).isEqualTo(GreenletState.PARKED);
          assertThat(task.waitingOn()).isEqualTo(new WaitReason(WaitReason.SLEEP, ""));
          assertThat(task.isDone()).isFalse();
          time.advance(Duration.ofSeconds(1));
          assertThat(task.get()).isEqualTo("value");
          assertThat(task.greenletState()).isEqualTo(GreenletState.RETURNED);
          assertThat(task.state()).isEqualTo(Future.State.SUCCESS);
          assertThat(task.resultNow()).isEqualTo("value");
          assertThat(task.outcome()).isEqualTo(new Outcome.Returned<>("value"));
          assertThat(task.isCancelled()).isFalse();
        });
  }

  @Test
  @DisplayName("2.2/02 one that fails keeps its exception, which get wraps, any number of times")
  void phasesOfOneThatFails() throws Exception {
    Boom boom = new Boom();
    GreenletTask<?> task =
        go(
            () -> {
              throw boom;
            });
    assertThat(task.join()).isEqualTo(new Outcome.Failed<>(boom));
    assertThat(task.greenletState()).isEqualTo(GreenletState.FAILED);
    assertThat(task.state()).isEqualTo(Future.State.FAILED);
    assertThat(task.isCancelled()).isFalse();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(task::get).isInstanceOf(ExecutionException.class).hasCause(boom);
    }
    assertThat(task.exceptionNow()).isSameAs(boom);
    assertThat(((Boom) task.exceptionNow()).field).isEqualTo(42);
  }

  @Test
  @DisplayName("2.2/03 a body that is null is refused by spawn, not later")
  @SuppressWarnings("NullAway") // that is what is tested
  void nullBodyIsRefused() {
    assertThatThrownBy(() -> runtime.spawn(SpawnOptions.defaults(), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("'body' must not be null");
    assertThatThrownBy(() -> runtime.spawnAfter(Duration.ZERO, SpawnOptions.defaults(), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("'body' must not be null");
  }

  @Test
  @DisplayName("2.2/04 a stack overflow ends its greenlet only, and is reported once")
  void stackOverflowIsReportedOnce() throws Exception {
    GreenletTask<?> neighbour = go(() -> "fine");
    GreenletTask<?> deep = go(() -> dig(0));
    assertThat(deep.greenletState()).isNotNull();
    assertThat(neighbour.get()).isEqualTo("fine");
    org.awaitility.Awaitility.await().until(deep::isDone);
    runtime.close();
    assertThat(uncaught).hasSize(1).first().isInstanceOf(StackOverflowError.class);
  }

  private static int dig(int depth) {
    return depth < 0 ? 0 : dig(depth + 1) + 1;
  }

  @Test
  @DisplayName("2.2/07 ids are unique")
  void idsAreUnique() throws Exception {
    script(
        () -> {
          List<Long> ids = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            ids.add(Greenlets.spawn(() -> null).id());
          }
          assertThat(ids).doesNotHaveDuplicates().isSorted();
        });
  }

  @Test
  @DisplayName("2.2/08 killed in any phase: no effect, one notification, a second kill is harmless")
  void killedInAnyPhase() throws Exception {
    script(
        () -> {
          AtomicInteger effects = new AtomicInteger();
          AtomicInteger told = new AtomicInteger();
          for (Phase phase : Phase.values()) {
            GreenletTask<Integer> victim = phase.spawn(effects);
            victim.onComplete(ended -> told.incrementAndGet());
            assertThat(victim.kill("test")).isTrue();
            Outcome<Integer> how = victim.join();
            assertThat(how).isInstanceOf(Outcome.Killed.class);
            assertThat(victim.kill("again")).isFalse();
            assertThat(victim.isCancelled()).isTrue();
            assertThat(victim.greenletState()).isEqualTo(GreenletState.KILLED);
            assertThatThrownBy(victim::get)
                .isInstanceOf(CancellationException.class)
                .hasMessage("Greenlet '%s' was killed: test", victim.name());
          }
          assertThat(effects).hasValue(0);
          assertThat(told).hasValue(Phase.values().length);
        });
  }

  private enum Phase {
    JUST_SPAWNED,
    DELAYED,
    SLEEPING,
    YIELDING;

    GreenletTask<Integer> spawn(AtomicInteger effects) {
      return switch (this) {
        case JUST_SPAWNED -> Greenlets.spawn(effects::incrementAndGet);
        case DELAYED -> Greenlets.spawnAfter(Duration.ofDays(1), effects::incrementAndGet);
        case SLEEPING -> {
          GreenletTask<Integer> sleeper =
              Greenlets.spawn(
                  () -> {
                    Greenlets.sleep(Duration.ofDays(1));
                    return effects.incrementAndGet();
                  });
          Greenlets.yieldNow();
          yield sleeper;
        }
        case YIELDING -> {
          GreenletTask<Integer> yielder =
              Greenlets.spawn(
                  () -> {
                    Greenlets.yieldNow();
                    return effects.incrementAndGet();
                  });
          Greenlets.yieldNow();
          yield yielder;
        }
      };
    }
  }

  @Test
  @DisplayName("2.2/09 killed before its first slice never runs")
  void killedBeforeItsFirstSliceNeverRuns() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          GreenletTask<Boolean> victim = Greenlets.spawn(() -> trail.add("ran"));
          victim.kill("too early");
          assertThat(victim.isDone()).isTrue();
          Greenlets.yieldNow();
          Greenlets.yieldNow();
          assertThat(trail).isEmpty();
          assertThat(victim.outcome())
              .isInstanceOfSatisfying(
                  Outcome.Killed.class,
                  killed ->
                      assertThat(killed.exit())
                          .hasMessage("Greenlet '%s' was killed: too early", victim.name())
                          .hasNoCause());
        });
  }

  @Test
  @DisplayName("2.2/10 a kill reaches one that only yields")
  void killReachesASpinner() throws Exception {
    script(
        () -> {
          List<String> seen = new ArrayList<>();
          GreenletTask<?> spinner =
              Greenlets.spawn(
                  () -> {
                    try {
                      while (true) {
                        Greenlets.yieldNow();
                      }
                    } catch (GreenletExit exit) {
                      seen.add(String.valueOf(exit.getMessage()));
                      throw exit;
                    }
                  });
          Greenlets.yieldNow();
          spinner.kill("enough");
          spinner.join();
          assertThat(seen)
              .containsExactly("Greenlet '%s' was killed: enough".formatted(spinner.name()));
        });
  }

  @Test
  @DisplayName(
      "2.2/11 a kill with a cause: the cause is found under the cancellation, begun or not")
  void killWithACause() throws Exception {
    script(
        () -> {
          Boom boom = new Boom();
          for (boolean begun : List.of(true, false)) {
            GreenletTask<?> victim =
                Greenlets.spawn(
                    () -> {
                      Greenlets.sleep(Duration.ofDays(1));
                      return null;
                    });
            if (begun) {
              Greenlets.yieldNow();
            }
            victim.kill("because", boom);
            assertThatThrownBy(victim::get)
                .isInstanceOf(CancellationException.class)
                .hasCauseInstanceOf(GreenletExit.class)
                .hasRootCause(boom);
          }
        });
  }

  @Test
  @DisplayName("2.2/12 a kill alone is enough for the victim's handler to finish")
  void killIsEnoughToFinish() throws Exception {
    List<String> trail = new ArrayList<>();
    GreenletTask<?> victim =
        go(
            () -> {
              try {
                Greenlets.sleep(Duration.ofDays(1));
              } finally {
                shielded(Greenlets::yieldNow);
                trail.add("cleaned up");
              }
              return null;
            });
    awaitParked(victim);
    victim.kill("now");
    victim.join();
    assertThat(trail).containsExactly("cleaned up");
  }

  @Test
  @DisplayName("2.2/08 code that swallows or wraps the exit is killed all the same")
  void swallowedExitIsAKillAllTheSame() throws Exception {
    script(
        () -> {
          GreenletTask<String> swallower =
              Greenlets.spawn(
                  () -> {
                    try {
                      Greenlets.sleep(Duration.ofDays(1));
                    } catch (GreenletExit ignored) {
                      return "survived";
                    }
                    return "slept";
                  });
          GreenletTask<String> wrapper =
              Greenlets.spawn(
                  () -> {
                    try {
                      Greenlets.sleep(Duration.ofDays(1));
                    } catch (GreenletExit exit) {
                      throw new IllegalStateException(exit);
                    }
                    return "slept";
                  });
          Greenlets.yieldNow();
          swallower.kill("test");
          wrapper.kill("test");
          assertThat(swallower.join()).isInstanceOf(Outcome.Killed.class);
          assertThat(wrapper.join()).isInstanceOf(Outcome.Killed.class);
        });
  }

  @Test
  @DisplayName("2.2/08 one that ends without another switch point is not killed any more")
  void aKillMayNeverArrive() throws Exception {
    script(
        () -> {
          GreenletTask<?>[] self = new GreenletTask<?>[1];
          GreenletTask<String> busy =
              Greenlets.spawn(
                  () -> {
                    runtime
                        .spawn(
                            SpawnOptions.defaults().on(otherHub),
                            () -> self[0].kill("while it runs"))
                        .toCompletableFuture()
                        .join(); // a wait of the JDK: no switch point of ours
                    return "done";
                  });
          self[0] = busy;
          assertThat(busy.get()).isEqualTo("done");
        });
  }

  @Test
  @DisplayName("2.2/08 one that kills itself dies there and then")
  void suicide() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          GreenletTask<?> task =
              Greenlets.spawn(
                  () -> {
                    trail.add("before");
                    Greenlets.current().kill("myself");
                    trail.add("after");
                    return null;
                  });
          assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
          assertThat(trail).containsExactly("before");
        });
  }

  @Test
  @DisplayName("2.2/13 killAll takes any collection and returns at once without a timeout")
  void killAllTakesAnyCollection() throws Exception {
    script(
        () -> {
          Set<GreenletTask<?>> victims =
              Set.of(
                  Greenlets.spawn(TaskLifeTests::sleepLong),
                  Greenlets.spawn(TaskLifeTests::sleepLong));
          Greenlets.yieldNow();
          assertThat(Greenlets.killAll(victims, "test", Duration.ZERO))
              .containsExactlyInAnyOrderElementsOf(victims);
          Greenlets.yieldNow();
          assertThat(victims).allMatch(GreenletTask::isCancelled);
          assertThat(Greenlets.killAll(victims, "test", Duration.ofSeconds(1))).isEmpty();
        });
  }

  private static @Nullable Object sleepLong() throws InterruptedException {
    Greenlets.sleep(Duration.ofDays(1));
    return null;
  }

  @Test
  @DisplayName(
      "2.2/14 killAll: those not begun die silently, those that resist are returned and live")
  void killAllReturnsThoseThatResist() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          GreenletTask<String> resisting =
              Greenlets.spawn(
                  () -> {
                    try {
                      Greenlets.sleep(Duration.ofDays(1));
                    } catch (GreenletExit exit) {
                      shielded(() -> Greenlets.sleep(Duration.ofMinutes(10)));
                    }
                    return "late";
                  });
          Greenlets.yieldNow();
          GreenletTask<List<GreenletTask<?>>> killing =
              Greenlets.spawn(
                  () ->
                      Greenlets.killAll(
                          List.of(resisting, Greenlets.spawn(() -> trail.add("ran"))),
                          "test",
                          Duration.ofMinutes(1)));
          Greenlets.yieldNow();
          Greenlets.yieldNow();
          assertThat(killing.waitingOn()).hasToString("join all of 2 greenlets");
          time.advance(Duration.ofMinutes(1));
          assertThat(killing.get()).containsExactly(resisting);
          assertThat(resisting.isDone()).isFalse();
          time.advance(Duration.ofMinutes(9));
          assertThat(resisting.join()).isInstanceOf(Outcome.Killed.class);
          assertThat(trail).isEmpty();
        });
  }

  @Test
  @DisplayName("2.2/14 killAll prepares all before any of them runs, listeners included")
  void killAllCondemnsAllBeforeAnyRuns() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          GreenletTask<?> first = Greenlets.spawn(() -> trail.add("first ran"));
          GreenletTask<?> second = Greenlets.spawn(() -> trail.add("second ran"));
          first.onComplete(ended -> trail.add("second killable: " + second.kill("too late")));
          Greenlets.killAll(List.of(first, second), "test", Duration.ZERO);
          Greenlets.yieldNow();
          assertThat(trail).containsExactly("second killable: false");
          assertThat(second.isCancelled()).isTrue();
        });
  }

  @Test
  @DisplayName("2.2/14 a caller among those it kills dies last")
  void killAllWithTheCallerAmongThem() throws Exception {
    script(
        () -> {
          GreenletTask<?> sleeper = Greenlets.spawn(TaskLifeTests::sleepLong);
          GreenletTask<?> killer =
              Greenlets.spawn(
                  () ->
                      Greenlets.killAll(
                          List.of(Greenlets.current(), sleeper), "test", Duration.ofDays(1)));
          Greenlets.yieldNow();
          assertThat(killer.join()).isInstanceOf(Outcome.Killed.class);
          assertThat(sleeper.join()).isInstanceOf(Outcome.Killed.class);
        });
  }

  @Test
  @DisplayName("2.2/18 a greenlet runs once, however often it is woken")
  void runsOnce() throws Exception {
    script(
        () -> {
          AtomicInteger runs = new AtomicInteger();
          GreenletTask<Integer> task = Greenlets.spawnAfter(Duration.ZERO, runs::incrementAndGet);
          task.get();
          Greenlets.yieldNow();
          assertThat(runs).hasValue(1);
        });
  }

  @Test
  @DisplayName("2.2/30 join and get with a timeout return and throw when it is over")
  void joinAndGetWithATimeout() throws Exception {
    script(
        () -> {
          GreenletTask<?> sleeper = Greenlets.spawn(TaskLifeTests::sleepLong);
          GreenletTask<?> waiter =
              Greenlets.spawn(() -> sleeper.join(Duration.ofSeconds(1)) == null ? "up" : "ended");
          GreenletTask<?> getter = Greenlets.spawn(() -> sleeper.get(1, TimeUnit.SECONDS));
          Greenlets.yieldNow();
          time.advance(Duration.ofSeconds(1));
          assertThat(waiter.get()).isEqualTo("up");
          assertThat(getter.join())
              .isInstanceOfSatisfying(
                  Outcome.Failed.class,
                  failed ->
                      assertThat(failed.cause())
                          .isInstanceOf(TimeoutException.class)
                          .hasMessage(
                              "Greenlet '%s' has not ended within 1 SECONDS", sleeper.name()));
          assertThat(sleeper.join(Duration.ZERO)).isNull();
          assertThatThrownBy(() -> sleeper.get(0, TimeUnit.SECONDS))
              .isInstanceOf(TimeoutException.class);
        });
  }

  @Test
  @DisplayName("2.2/30 a greenlet that joins itself is rejected")
  void joiningOneself() throws Exception {
    script(
        () ->
            assertThatThrownBy(() -> Greenlets.current().join())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("would wait for itself forever"));
  }

  @Test
  @DisplayName("2.2/08 spawnAfter begins when its time has come, in the order of the times")
  void spawnAfterBeginsInTime() throws Exception {
    List<String> trail = new ArrayList<>();
    SpawnOptions onHub = SpawnOptions.defaults().on(hub);
    GreenletTask<?> late =
        runtime.spawnAfter(Duration.ofMinutes(2), onHub, () -> trail.add("late"));
    GreenletTask<?> soon =
        runtime.spawnAfter(Duration.ofMinutes(1), onHub, () -> trail.add("soon"));
    assertThat(soon.greenletState()).isEqualTo(GreenletState.NEW);
    assertThat(runtime.live()).hasSize(2);
    script(() -> time.advance(Duration.ofMinutes(1)));
    soon.join();
    assertThat(late.greenletState()).isEqualTo(GreenletState.NEW);
    script(() -> time.advance(Duration.ofMinutes(1)));
    late.join();
    assertThat(trail).containsExactly("soon", "late");
  }

  @Test
  @DisplayName("2.2/09 spawnAfter killed before its time never runs, and leaves no timer behind")
  void spawnAfterKilledBeforeItsTime() throws Exception {
    List<String> trail = new ArrayList<>();
    GreenletTask<?> victim =
        runtime.spawnAfter(
            Duration.ofMinutes(1), SpawnOptions.defaults().on(hub), () -> trail.add("ran"));
    victim.kill("test");
    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    script(
        () -> {
          time.advance(Duration.ofMinutes(2));
          Greenlets.yieldNow();
        });
    assertThat(trail).isEmpty();
    assertThat(runtime.live()).isEmpty();
    assertThat(hub.live()).isZero();
  }

  @Test
  @DisplayName("2.2/03 bad uses are told by subject, value and remedy")
  void badUses() {
    assertThatThrownBy(
            () -> runtime.spawnAfter(Duration.ofSeconds(-1), SpawnOptions.defaults(), () -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'delay' must not be negative, was PT-1S: use Duration.ZERO for none");
    assertThatThrownBy(() -> Greenlets.killAll(List.of(), "x", Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'timeout' must not be negative, was PT-1S: use Duration.ZERO for none");
    assertThatThrownBy(() -> GreenletRuntime.builder().uncaughtGrace(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'uncaughtGrace' must not be negative, was PT-1S");
    assertThatThrownBy(() -> Greenlets.joinAny(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'tasks' must hold at least 1 greenlet, held 0");
    assertThatThrownBy(Greenlets::current)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not a greenlet: spawn one with GreenletRuntime.spawn");
    runtime.close();
    assertThatThrownBy(() -> go(() -> null))
        .isInstanceOf(RuntimeClosedException.class)
        .hasMessageContaining("is closed and does not accept greenlet");
    assertThatThrownBy(
            () -> runtime.spawnAfter(Duration.ZERO, SpawnOptions.named("late"), () -> null))
        .isInstanceOf(RuntimeClosedException.class)
        .hasMessage(
            "Runtime 'greenlet' is closed and does not accept greenlet 'late': spawn it before the close");
  }

  @Test
  @DisplayName("2.2/57 a stage that something else completes is awaited without keeping the hub")
  void awaitsAStage() throws Exception {
    script(
        () -> {
          CompletableFuture<String> stage = new CompletableFuture<>();
          GreenletTask<String> waiter = Greenlets.spawn(() -> Greenlets.await(stage));
          GreenletTask<Object> failing =
              Greenlets.spawn(() -> Greenlets.await(CompletableFuture.failedFuture(new Boom())));
          Greenlets.spawn(() -> stage.complete("value"));
          assertThat(waiter.get()).isEqualTo("value");
          assertThatThrownBy(failing::get).rootCause().isInstanceOf(Boom.class);
        });
  }
}
