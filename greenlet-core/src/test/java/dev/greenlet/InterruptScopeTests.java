package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.greenlet.testing.EngineFixture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Sections in which a victim that waits in what nobody described is interrupted in the end. */
@EachEngine
class InterruptScopeTests extends EngineFixture {
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofDays(1);
  private static final WaitReason CALL = new WaitReason("call", "supplier");

  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);

  InterruptScopeTests(TestEngine engine) {
    super(engine.builder());
  }

  /** Waits as code does that knows nothing of greenlets. */
  private void waitFor(CountDownLatch latch) throws InterruptedException {
    threads.add(Thread.currentThread());
    latch.await();
  }

  private void parkUntilInterrupted() {
    threads.add(Thread.currentThread());
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.park(this);
    }
  }

  private void awaitWaiting(int number) {
    await()
        .until(
            () ->
                threads.size() == number
                    && threads.get(number - 1).getState() == Thread.State.WAITING);
  }

  /** A look that finds its victim awake, as a kill leaves it for a moment, comes again. */
  private void advanceUntilDone(GreenletTask<?> task) {
    advanceUntil(task::isDone);
  }

  private void advanceUntil(BooleanSupplier reached) {
    await()
        .until(
            () -> {
              time.advance(GRACE);
              return reached.getAsBoolean();
            });
  }

  @Test
  void aVictimIsInterruptedAfterTheGraceAndWasKilledWhateverItMakesOfThat() throws Exception {
    GreenletTask<String> task =
        go(
            () -> {
              try (InterruptScope _ = InterruptScope.after(GRACE)) {
                waitFor(never);
                return "waited";
              } catch (InterruptedException swallowed) {
                return "swallowed";
              }
            });
    awaitWaiting(1);
    task.kill("enough");
    time.advance(GRACE.minusNanos(1));
    assertThat(threads.getFirst().isInterrupted()).isFalse();
    time.advance(Duration.ofNanos(1));
    advanceUntilDone(task);

    assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void itIsNotUnlessAskedFor() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    GreenletTask<String> task =
        go(
            () -> {
              try (InterruptScope _ = InterruptScope.after(GRACE)) {
                Greenlets.yieldNow();
              }
              waitFor(latch);
              return "waited, interrupted: " + Thread.currentThread().isInterrupted();
            });
    awaitWaiting(1);
    task.kill("enough");
    time.advance(LONG);
    latch.countDown();

    assertThat(task.join()).isEqualTo(new Outcome.Returned<>("waited, interrupted: false"));
  }

  @Test
  void aDeadlineThatIsOverInterruptsAndIsATimeout() throws Exception {
    GreenletTask<String> task =
        go(
            () -> {
              try (InterruptScope _ = InterruptScope.after(GRACE)) {
                return Deadline.within(
                    GRACE,
                    () -> {
                      waitFor(never);
                      return "waited";
                    });
              } catch (TimeoutException timeout) {
                return "timed out by " + timeout.getCause();
              }
            });
    awaitWaiting(1);
    time.advance(GRACE);
    advanceUntilDone(task);

    assertThat(task.get()).isEqualTo("timed out by " + new InterruptedException());
  }

  @Test
  void whatIsSpawnedInTheSectionIsInterruptedLikewise() throws Exception {
    CountDownLatch spawned = new CountDownLatch(1);
    GreenletTask<GreenletTask<String>> parent =
        go(
            () -> {
              try (InterruptScope _ = InterruptScope.after(GRACE)) {
                return Greenlets.spawn(
                    () -> {
                      waitFor(never);
                      return "waited";
                    });
              } finally {
                spawned.countDown();
              }
            });
    GreenletTask<String> child = parent.get();
    awaitWaiting(1);
    child.kill("enough");
    advanceUntilDone(child);

    assertThat(child.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void oneWhoWaitsOnIsInterruptedAgain() throws Exception {
    GreenletTask<String> task =
        go(
            () -> {
              try (InterruptScope _ = InterruptScope.after(GRACE)) {
                try {
                  waitFor(never);
                } catch (InterruptedException swallowed) {
                  waitFor(never);
                }
                return "waited";
              }
            });
    awaitWaiting(1);
    task.kill("enough");
    advanceUntil(() -> threads.size() == 2);
    advanceUntilDone(task);

    assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void oneThatHasSwallowedItsExitAndWaitsIsInterrupted() throws Exception {
    GreenletTask<String> task =
        go(
            () -> {
              try (InterruptScope _ = InterruptScope.after(GRACE)) {
                try {
                  Greenlets.sleep(LONG);
                } catch (GreenletExit swallowed) {
                  waitFor(never);
                }
                return "waited";
              }
            });
    awaitParked(task);
    task.kill("enough");
    awaitWaiting(1);
    advanceUntilDone(task);

    assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void theInterruptIsTakenOffWhereTheExitIsThrown() throws Exception {
    List<Object> seen = new CopyOnWriteArrayList<>();
    GreenletTask<?> task =
        go(
            () -> {
              try (InterruptScope _ = InterruptScope.after(GRACE)) {
                parkUntilInterrupted();
                Greenlets.yieldNow();
              } catch (GreenletExit exit) {
                seen.add(Thread.currentThread().isInterrupted());
              }
              return null;
            });
    awaitWaiting(1);
    task.kill("enough");
    advanceUntilDone(task);

    assertThat(seen).containsExactly(false);
  }

  @Test
  void theInterruptIsTakenOffBeforeWhatMustGoOnAndWithTheSection() throws Exception {
    List<Object> seen = new CopyOnWriteArrayList<>();
    GreenletTask<?> first = goAndSee(seen, () -> {});
    GreenletTask<?> second =
        goAndSee(
            seen,
            () ->
                Greenlets.shielded(
                    () -> {
                      seen.add(Thread.currentThread().isInterrupted());
                      return null;
                    }));
    GreenletTask<?> third =
        goAndSee(
            seen,
            () -> {
              try (SwitchPoint _ = SwitchPoint.enterUncancellable(CALL)) {
                seen.add(Thread.currentThread().isInterrupted());
              }
            });
    for (GreenletTask<?> each : List.of(first, second, third)) {
      assertThat(each.join()).isInstanceOf(Outcome.Killed.class);
    }

    assertThat(seen).containsOnly(false).hasSize(5);
  }

  /** On lanes of their own, for a hub on the portable engine is kept. */
  private GreenletTask<?> goAndSee(List<Object> seen, Script afterwards) {
    int number = threads.size() + 1;
    GreenletTask<?> task =
        runtime.spawn(
            SpawnOptions.defaults(),
            () -> {
              try (InterruptScope _ = InterruptScope.after(GRACE)) {
                parkUntilInterrupted();
                afterwards.run();
              }
              seen.add(Thread.currentThread().isInterrupted());
              return null;
            });
    awaitWaiting(number);
    task.kill("enough");
    advanceUntilDone(task);
    return task;
  }

  @Test
  void neitherASwitchPointNorAShieldedSectionIsInterrupted() throws Exception {
    CountDownLatch call = new CountDownLatch(1);
    CountDownLatch shielded = new CountDownLatch(1);
    GreenletTask<String> task =
        go(
            () -> {
              try (InterruptScope _ = InterruptScope.after(GRACE)) {
                SwitchPoint.call(
                    CALL,
                    () -> {
                      waitFor(call);
                      return null;
                    });
                Greenlets.shielded(
                    () -> {
                      waitFor(shielded);
                      return null;
                    });
                waitFor(never);
              } catch (InterruptedException interrupted) {
                return "interrupted";
              }
              return "waited";
            });
    awaitWaiting(1);
    task.kill("enough");
    interruptAnother();
    call.countDown();
    awaitWaiting(3);
    interruptAnother();
    shielded.countDown();
    await().until(() -> threads.size() == 5); // a look that was due may have interrupted it by now
    advanceUntilDone(task);

    assertThat(task.outcome()).isInstanceOf(Outcome.Killed.class);
    assertThat(threads).hasSize(5);
  }

  /** Whoever was to be interrupted before has been by then. */
  private void interruptAnother() {
    goAndSee(new CopyOnWriteArrayList<>(), () -> {});
  }

  @Test
  void noTimeAtAllIsRefused() throws Exception {
    script(
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> InterruptScope.after(Duration.ZERO))
                .withMessageStartingWith("'grace' must be more than zero, was PT0S"));
  }
}
