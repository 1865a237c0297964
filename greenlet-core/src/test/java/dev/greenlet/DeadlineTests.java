package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.testing.EngineFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class DeadlineTests extends EngineFixture {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  DeadlineTests(TestEngine engine) {
    super(engine.builder());
  }

  private static String sleepLong() throws InterruptedException {
    Greenlets.sleep(Duration.ofDays(1));
    return "slept";
  }

  /** Runs a body on the hub until it waits, lets time pass, and gives its result. */
  private <T> T afterWaiting(Duration passing, java.util.concurrent.Callable<T> body)
      throws Exception {
    GreenletTask<T> task = go(body);
    awaitParked(task);
    time.advance(passing);
    return task.get();
  }

  @Test
  @DisplayName("2.2/31 a call that takes too long ends in a TimeoutException at its owner")
  void tooLong() {
    assertThatThrownBy(
            () -> afterWaiting(SECOND, () -> Deadline.within(SECOND, DeadlineTests::sleepLong)))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(TimeoutException.class)
        .hasMessageStartingWith("The deadline of PT1S")
        .hasCauseInstanceOf(DeadlineExit.class);
  }

  @Test
  @DisplayName("2.2/31 a call in time returns its result, and the deadline ends nothing afterwards")
  void inTime() throws Exception {
    script(
        () -> {
          String result =
              Deadline.within(
                  SECOND,
                  () -> {
                    Greenlets.yieldNow();
                    return "value";
                  });
          time.advance(MINUTE);
          Greenlets.yieldNow();
          Greenlets.yieldNow();
          assertThat(result).isEqualTo("value");
        });
  }

  @Test
  @DisplayName("2.2/31 another deadline after one that expired works afresh")
  void anotherAfterExpiry() throws Exception {
    script(
        () -> {
          for (int i = 0; i < 2; i++) {
            assertThatThrownBy(
                    () ->
                        Deadline.within(
                            SECOND,
                            () -> {
                              time.advance(SECOND);
                              return sleepLong();
                            }))
                .isInstanceOf(TimeoutException.class);
          }
        });
  }

  @Test
  @DisplayName("2.2/31 a deadline of zero ends a call at its first switch point, and no other call")
  void ofZero() throws Exception {
    script(
        () -> {
          assertThat(Deadline.within(Duration.ZERO, () -> "no switch point")).isNotNull();
          assertThatThrownBy(() -> Deadline.within(Duration.ZERO, DeadlineTests::sleepLong))
              .isInstanceOf(TimeoutException.class);
        });
  }

  @Test
  @DisplayName("2.2/31 opened and closed by hand, its exit is told from others by identity")
  void byHand() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          Deadline deadline = Deadline.open(SECOND);
          try (deadline) {
            time.advance(SECOND);
            sleepLong();
          } catch (DeadlineExit exit) {
            trail.add(deadline.timeoutOf(exit).getClass().getSimpleName());
            Deadline other = Deadline.open(SECOND);
            assertThatThrownBy(() -> other.timeoutOf(exit)).isSameAs(exit);
            other.close();
            other.close();
          }
          assertThat(trail).containsExactly("TimeoutException");
        });
  }

  @Test
  @DisplayName("2.2/31 one that nobody handles fails its greenlet with the TimeoutException")
  void unhandled() throws Exception {
    GreenletTask<String> task =
        go(
            () -> {
              Deadline.open(SECOND);
              return sleepLong();
            });
    awaitParked(task);
    time.advance(SECOND);
    assertThatThrownBy(task::get).cause().isInstanceOf(TimeoutException.class);
  }

  @Test
  @DisplayName("2.2/32 the fallback is for the own deadline only")
  void fallbackForOneself() throws Exception {
    assertThat(
            afterWaiting(
                SECOND, () -> Deadline.within(SECOND, DeadlineTests::sleepLong, "fallback")))
        .isEqualTo("fallback");
    assertThatThrownBy(
            () ->
                afterWaiting(
                    SECOND,
                    () ->
                        Deadline.within(
                            SECOND,
                            () -> Deadline.within(MINUTE, DeadlineTests::sleepLong, "fallback"))))
        .cause()
        .isInstanceOf(TimeoutException.class)
        .hasMessageStartingWith("The deadline of PT1S");
    assertThatThrownBy(
            () ->
                go(() ->
                        Deadline.within(
                            SECOND,
                            () -> {
                              throw new TimeoutException("of somebody else");
                            },
                            "fallback"))
                    .get())
        .cause()
        .hasMessage("of somebody else");
  }

  @Test
  @DisplayName("2.2/33 an outer deadline goes through the inner ones, which may clean up shielded")
  void outerThroughInner() throws Exception {
    script(
        () -> {
          List<String> trail = new ArrayList<>();
          assertThatThrownBy(
                  () ->
                      Deadline.within(
                          SECOND,
                          () ->
                              Deadline.within(
                                  SECOND,
                                  () -> {
                                    try {
                                      time.advance(SECOND);
                                      return sleepLong();
                                    } finally {
                                      Greenlets.shielded(
                                          () -> {
                                            Greenlets.yieldNow();
                                            return trail.add("cleaned up");
                                          });
                                    }
                                  },
                                  "fallback of the inner one")))
              .isInstanceOf(TimeoutException.class);
          assertThat(trail).containsExactly("cleaned up");
        });
  }

  @Test
  @DisplayName("2.2/34 an inner deadline ends the inner call; the outer one still counts")
  void innerThenOuter() throws Exception {
    script(
        () ->
            assertThatThrownBy(
                    () ->
                        Deadline.within(
                            MINUTE,
                            () -> {
                              String inner =
                                  Deadline.within(
                                      SECOND,
                                      () -> {
                                        time.advance(SECOND);
                                        sleepLong();
                                        return "slept";
                                      },
                                      "inner");
                              assertThat(inner).isEqualTo("inner");
                              time.advance(MINUTE);
                              return sleepLong();
                            }))
                .isInstanceOf(TimeoutException.class)
                .hasMessageStartingWith("The deadline of PT1M"));
  }

  @Test
  @DisplayName("2.2/35 it breaks a loop that only yields")
  void breaksAYieldingLoop() throws Exception {
    script(
        () -> {
          int[] turns = {0};
          assertThatThrownBy(
                  () ->
                      Deadline.within(
                          SECOND,
                          () -> {
                            while (true) {
                              turns[0]++;
                              time.advance(Duration.ofMillis(100));
                              Greenlets.yieldNow();
                            }
                          }))
              .isInstanceOf(TimeoutException.class);
          assertThat(turns[0]).isEqualTo(10);
        });
  }

  @Test
  @DisplayName("2.2/30 an outer deadline is never lost in a wait with a timeout of its own")
  void outerIsNotLostInATimedWait() throws Exception {
    script(
        () -> {
          GreenletTask<?> never = Greenlets.spawn(DeadlineTests::sleepLong);
          assertThatThrownBy(
                  () ->
                      Deadline.within(
                          SECOND,
                          () -> {
                            time.advance(SECOND);
                            return never.join(SECOND);
                          }))
              .isInstanceOf(TimeoutException.class);
          assertThatThrownBy(
                  () ->
                      Deadline.within(
                          SECOND,
                          () -> {
                            time.advance(SECOND);
                            return Greenlets.joinAll(List.of(never), SECOND);
                          }))
              .isInstanceOf(TimeoutException.class);
          never.kill("done");
        });
  }

  @Test
  @DisplayName("2.2/33 code that swallows or wraps the exit has timed out all the same")
  void swallowedOrWrapped() throws Exception {
    script(
        () -> {
          assertThatThrownBy(
                  () ->
                      Deadline.within(
                          SECOND,
                          () -> {
                            try {
                              time.advance(SECOND);
                              return sleepLong();
                            } catch (DeadlineExit exit) {
                              return "half done";
                            }
                          }))
              .isInstanceOf(TimeoutException.class);
          assertThatThrownBy(
                  () ->
                      Deadline.within(
                          SECOND,
                          () -> {
                            try {
                              time.advance(SECOND);
                              return sleepLong();
                            } catch (DeadlineExit exit) {
                              throw new IllegalStateException(exit);
                            }
                          }))
              .isInstanceOf(TimeoutException.class)
              .hasCauseInstanceOf(IllegalStateException.class);
        });
  }

  @Test
  @DisplayName("2.2/33 a kill goes through a deadline, and is a kill")
  void killGoesThrough() throws Exception {
    GreenletTask<?> task = go(() -> Deadline.within(SECOND, DeadlineTests::sleepLong, "fallback"));
    awaitParked(task);
    task.kill("test");
    assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  @DisplayName("2.2/33 what is spawned sees the deadline that comes first, and is not ended by it")
  void seenByWhatIsSpawned() throws Exception {
    script(
        () -> {
          assertThat(Greenlets.current().deadline()).isNull();
          GreenletTask<String> child =
              Deadline.within(
                  SECOND,
                  () ->
                      Deadline.within(
                          MINUTE,
                          () -> {
                            Deadline seen = Greenlets.current().deadline();
                            assertThat(seen).isNotNull();
                            assertThat(seen.remaining()).isEqualTo(SECOND);
                            return Greenlets.spawn(
                                () -> {
                                  assertThat(Greenlets.current().deadline()).isSameAs(seen);
                                  time.advance(MINUTE);
                                  Greenlets.yieldNow();
                                  assertThat(seen.remaining()).isZero();
                                  return "goes on";
                                });
                          }));
          assertThat(child.get()).isEqualTo("goes on");
          assertThat(Greenlets.current().deadline()).isNull();
        });
  }

  @Test
  @DisplayName("2.2/31 bad uses are told by subject, value and remedy")
  void badUses() throws Exception {
    assertThatThrownBy(() -> Deadline.open(SECOND))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not a greenlet");
    script(
        () -> {
          assertThatThrownBy(() -> Deadline.open(Duration.ofSeconds(-1)))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageStartingWith("'limit' must not be negative, was PT-1S");
          Deadline mine = Deadline.open(SECOND);
          GreenletTask<?> other =
              Greenlets.spawn(
                  () -> {
                    mine.close();
                    return null;
                  });
          assertThat(other.join())
              .isInstanceOfSatisfying(
                  Outcome.Failed.class,
                  failed ->
                      assertThat(failed.cause())
                          .isInstanceOf(IllegalStateException.class)
                          .hasMessageContaining("close it where it was opened"));
          mine.close();
        });
  }
}
