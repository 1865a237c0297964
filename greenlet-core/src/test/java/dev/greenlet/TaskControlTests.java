package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.testing.EngineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Masking, idleness, the guard against switches, offloading, and failures that nobody sees. */
@EachEngine
class TaskControlTests extends EngineFixture {
  private final TestEngine engine;

  TaskControlTests(TestEngine engine) {
    super(engine.builder());
    this.engine = engine;
  }

  @Test
  @DisplayName("2.2/08 a shielded section is not killed; the next switch point after it is")
  void shieldedSection() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          GreenletTask<?> victim =
              Greenlets.spawn(
                  () -> {
                    Greenlets.shielded(
                        () -> {
                          trail.add("begun");
                          Greenlets.shielded(() -> trail.add("nested"));
                          Greenlets.yieldNow();
                          Greenlets.sleep(Duration.ofSeconds(1));
                          return trail.add("finished");
                        });
                    trail.add("after");
                    Greenlets.yieldNow();
                    trail.add("too late");
                    return null;
                  });
          Greenlets.yieldNow();
          victim.kill("test");
          Greenlets.idle();
          assertThat(victim.isDone()).isFalse();
          time.advance(Duration.ofSeconds(1));
          assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
          assertThat(trail).containsExactly("begun", "nested", "finished", "after");
        });
  }

  @Test
  @DisplayName("2.2/33 a shielded section outlasts a deadline, which ends what comes after it")
  void shieldedFromADeadline() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          assertThatThrownBy(
                  () ->
                      Deadline.within(
                          Duration.ofSeconds(1),
                          () -> {
                            Greenlets.shielded(
                                () -> {
                                  time.advance(Duration.ofSeconds(1));
                                  Greenlets.yieldNow();
                                  return trail.add("finished");
                                });
                            Greenlets.yieldNow();
                            return trail.add("too late");
                          }))
              .isInstanceOf(TimeoutException.class);
          assertThat(trail).containsExactly("finished");
        });
  }

  @Test
  @DisplayName("2.2/08 off a greenlet a shielded section and an unswitched one are just calls")
  void offAGreenlet() {
    assertThat(Greenlets.<String, RuntimeException>shielded(() -> "value")).isEqualTo("value");
    assertThat(Greenlets.<String, RuntimeException>withoutSwitching(() -> "value"))
        .isEqualTo("value");
  }

  @Test
  @DisplayName("2.2/25 idle lets all that is ready run first, and timers be")
  void idleWaitsForTheReady() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          Greenlets.spawnAfter(Duration.ofDays(1), () -> trail.add("later"));
          Greenlets.spawn(
              () -> {
                for (int i = 0; i < 100; i++) {
                  Greenlets.yieldNow();
                }
                return trail.add("busy");
              });
          Greenlets.idle();
          trail.add("idle");
          assertThat(trail).containsExactly("busy", "idle");
        });
  }

  @Test
  @DisplayName("2.2/25 several that wait for idleness all come on, and one may be killed")
  void severalIdlers() throws Exception {
    script(
        () -> {
          List<GreenletTask<Boolean>> idlers = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            idlers.add(
                Greenlets.spawn(
                    () -> {
                      Greenlets.idle();
                      return true;
                    }));
          }
          Greenlets.yieldNow();
          Greenlets.yieldNow();
          idlers.getFirst().kill("test");
          assertThat(Greenlets.joinAll(idlers).subList(1, 3))
              .containsOnly(new Outcome.Returned<>(true));
          assertThat(idlers.getFirst().isCancelled()).isTrue();
        });
  }

  @Test
  @DisplayName("2.2/60 withoutSwitching lets pass what does not switch, and names what does")
  void withoutSwitchingNamesTheSwitchPoint() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          Greenlets.spawn(() -> trail.add("somebody else ran"));
          assertThat(Greenlets.<String, RuntimeException>withoutSwitching(() -> "value"))
              .isEqualTo("value");
          assertRefused("yieldNow", Greenlets::yieldNow);
          assertRefused("sleep", () -> Greenlets.sleep(Duration.ofSeconds(1)));
          assertRefused("move to lane 'greenlet-offload'", () -> Greenlets.offload(() -> "x"));
          assertRefused(
              "http GET supplier",
              () -> SwitchPoint.call(new WaitReason(WaitReason.HTTP, "GET supplier"), () -> "x"));
          assertThat(trail).isEmpty();
          Greenlets.yieldNow();
          assertThat(trail).containsExactly("somebody else ran");
        });
  }

  private static void assertRefused(String switchPoint, Script block) {
    assertThatThrownBy(
            () ->
                Greenlets.withoutSwitching(
                    () -> {
                      block.run();
                      return null;
                    }))
        .isInstanceOf(UnexpectedSwitchException.class)
        .hasMessageContaining("must not give up hub 'greenlet-0'")
        .hasMessageContaining("at the switch point '" + switchPoint);
  }

  @Test
  @DisplayName("2.2/60 withoutSwitching: a violation that was swallowed is thrown at the end")
  void swallowedViolation() throws Exception {
    script(
        () ->
            assertThatThrownBy(
                    () ->
                        Greenlets.withoutSwitching(
                            () -> {
                              try {
                                Greenlets.yieldNow();
                              } catch (IllegalStateException swallowed) {
                                // as careless code does
                              }
                              return null;
                            }))
                .isInstanceOf(UnexpectedSwitchException.class));
  }

  @Test
  @DisplayName("2.2/60 withoutSwitching finds the JDK's own waits where they give up the hub")
  void waitsOfTheJdk() throws Exception {
    script(
        () -> {
          BlockingCall<Boolean, RuntimeException> waiting =
              () -> {
                Greenlets.current(); // the JDK's wait comes next
                LockSupport.parkNanos(1_000_000);
                return true;
              };
          if (engine == TestEngine.NATIVE) {
            assertThatThrownBy(() -> Greenlets.withoutSwitching(waiting))
                .isInstanceOf(UnexpectedSwitchException.class)
                .hasMessageContaining("in a wait of the JDK at")
                .hasMessageContaining("TaskControlTests");
          } else {
            assertThat(Greenlets.withoutSwitching(waiting)).isTrue();
          }
        });
  }

  @Test
  @DisplayName("2.2/57 offload runs on the shared lane, throws as it is, nests, and comes back")
  void offload() throws Exception {
    script(
        () -> {
          assertThat(
                  Greenlets.<Lane, RuntimeException>offload(
                      () -> Greenlets.offload(() -> Greenlets.current().lane())))
              .isEqualTo(runtime.offloadLane());
          assertThatThrownBy(
                  () ->
                      Greenlets.offload(
                          () -> {
                            throw new IllegalStateException("boom");
                          }))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("boom");
          assertThat(Greenlets.current().lane()).isEqualTo(hub);
        });
    assertThat(Greenlets.<String, RuntimeException>offload(() -> "off a greenlet")).isNotNull();
  }

  @Test
  @DisplayName("2.2/57 the hub goes on while a greenlet is offloaded")
  void hubGoesOnWhileOffloaded() throws Exception {
    script(
        () -> {
          boolean[] seen = {false};
          java.util.concurrent.CountDownLatch gate = new java.util.concurrent.CountDownLatch(1);
          GreenletTask<?> offloaded =
              Greenlets.spawn(
                  () ->
                      Greenlets.offload(
                          () -> {
                            gate.await();
                            return true;
                          }));
          Greenlets.yieldNow();
          Greenlets.spawn(() -> seen[0] = true);
          Greenlets.yieldNow();
          assertThat(seen[0]).isTrue();
          gate.countDown();
          offloaded.join();
        });
  }

  @Test
  @DisplayName("2.2/59 a failure that nobody looks at is reported once, after the grace")
  void unobservedFailure() throws Exception {
    IllegalStateException boom = new IllegalStateException("boom");
    GreenletTask<?> failing = failing(boom);
    await().until(failing::isDone);
    assertThat(uncaught).isEmpty();
    await()
        .untilAsserted(
            () -> {
              time.advance(Duration.ofSeconds(10));
              assertThat(uncaught).containsExactly(boom);
            });
    runtime.close();
    assertThat(uncaught).containsExactly(boom);
  }

  @Test
  @DisplayName("2.2/59 a failure that is left when the runtime closes is reported then, once")
  void unobservedAtClose() {
    IllegalStateException boom = new IllegalStateException("boom");
    GreenletTask<?> failing = failing(boom);
    await().until(failing::isDone);
    runtime.close();
    assertThat(uncaught).containsExactly(boom);
  }

  @Test
  @DisplayName("2.2/59 what was joined, asked for or listened to, or was killed, is not reported")
  void observedFailures() throws Exception {
    IllegalStateException boom = new IllegalStateException("boom");
    failing(boom).join();
    GreenletTask<?> got = failing(boom);
    assertThatThrownBy(got::get).hasCause(boom);
    GreenletTask<?> listenedTo = failing(boom);
    listenedTo.onComplete(ended -> {});
    GreenletTask<?> lookedAt = failing(boom);
    await().until(() -> lookedAt.outcome() != null);
    GreenletTask<?> killed = go(() -> "never mind");
    killed.kill("test");
    await().until(listenedTo::isDone);
    assertThat(runtime.awaitQuiescence(Duration.ofDays(1))).isTrue();
    runtime.close();
    assertThat(uncaught).isEmpty();
  }

  @Test
  @DisplayName("2.2/59 to ask for the state, or to learn of the end alone, is not to look")
  void notLookedAt() {
    IllegalStateException boom = new IllegalStateException("boom");
    GreenletTask<?> failing = failing(boom);
    failing.onEnd(() -> {});
    await().until(() -> failing.isDone() && failing.greenletState() == GreenletState.FAILED);
    assertThat(failing.state()).isNotNull();
    runtime.close();
    assertThat(uncaught).containsExactly(boom);
  }

  @Test
  @DisplayName("2.2/59 a handler that fails itself does no harm")
  void handlerThatFails() throws Exception {
    try (GreenletRuntime fragile =
        engine
            .builder()
            .uncaughtGrace(Duration.ZERO)
            .uncaughtHandler(
                (greenlet, origin, failure) -> {
                  uncaught.add(failure);
                  throw new IllegalStateException("the handler fails, as this test wants");
                })
            .build()) {
      for (int i = 1; i <= 2; i++) {
        int expected = i;
        fragile.spawn(
            SpawnOptions.defaults(),
            () -> {
              throw new IllegalStateException("boom, as this test wants");
            });
        await().untilAsserted(() -> assertThat(uncaught).hasSize(expected));
      }
      assertThat(fragile.spawn(SpawnOptions.defaults(), () -> "alive").get()).isEqualTo("alive");
    }
  }

  private GreenletTask<?> failing(RuntimeException failure) {
    return go(
        () -> {
          throw failure;
        });
  }
}
