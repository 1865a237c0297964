package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.testing.EngineFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Blocking calls that are cut short by a kill or a deadline. */
@EachEngine
class CancellationTests extends EngineFixture {
  private static final WaitReason READ = new WaitReason("socket", "read");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Connection connection = new Connection();

  CancellationTests(TestEngine engine) {
    super(engine.builder());
  }

  /** A call that waits for an answer, and fails when it is aborted instead. */
  private static final class Connection {
    final CountDownLatch waiting = new CountDownLatch(1);
    final CountDownLatch end = new CountDownLatch(1);
    final AtomicInteger aborts = new AtomicInteger();
    private volatile boolean answered;

    String read() throws Exception {
      waiting.countDown();
      end.await();
      if (answered) {
        return "answer";
      }
      throw new IOException("aborted");
    }

    void answer() {
      answered = true;
      end.countDown();
    }

    void abort() {
      aborts.incrementAndGet();
      end.countDown();
    }
  }

  private String readCancellably() throws Exception {
    return SwitchPoint.call(READ, connection::abort, connection::read);
  }

  @Test
  void aKillCutsTheCallShortAndTakesThePlaceOfItsFailure() throws Exception {
    GreenletTask<String> victim = go(this::readCancellably);
    connection.waiting.await();
    victim.kill("enough");

    assertThat(victim.join())
        .isInstanceOfSatisfying(
            Outcome.Killed.class,
            killed ->
                assertThat(killed.exit().getSuppressed())
                    .singleElement()
                    .isInstanceOf(IOException.class));
    assertThat(connection.aborts).hasValue(1);
  }

  @Test
  void aDeadlineOfTheHubCutsTheCallShortAndItsOwnerTimesOut() throws Exception {
    GreenletTask<String> late = go(() -> Deadline.within(SECOND, this::readCancellably));
    connection.waiting.await();
    time.advance(SECOND);

    assertThat(late.join())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed ->
                assertThat(failed.cause())
                    .isInstanceOf(TimeoutException.class)
                    .cause()
                    .hasSuppressedException(new IOException("aborted")));
    assertThat(connection.aborts).hasValue(1);
  }

  @Test
  void anExitThatIsSwallowedOrWrappedChangesNoOutcome() throws Exception {
    GreenletTask<String> swallowing =
        go(
            () -> {
              try {
                return readCancellably();
              } catch (GreenletExit exit) {
                return "nothing happened";
              }
            });
    connection.waiting.await();
    swallowing.kill("enough");
    GreenletTask<String> wrapping =
        go(
            () ->
                Deadline.within(
                    Duration.ZERO,
                    () -> {
                      try {
                        Greenlets.sleep(SECOND);
                        return "slept";
                      } catch (DeadlineExit exit) {
                        throw new IllegalStateException(exit);
                      }
                    }));

    assertThat(swallowing.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(wrapping.join())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.cause()).isInstanceOf(TimeoutException.class));
  }

  @Test
  void aCallThatWasQuickerKeepsItsResultAndTheExitComesAtTheNextSwitchPoint() throws Exception {
    CountDownLatch aborting = new CountDownLatch(1);
    StringBuilder result = new StringBuilder();
    GreenletTask<String> victim =
        go(
            () -> {
              result.append(SwitchPoint.call(READ, aborting::countDown, connection::read));
              Greenlets.yieldNow();
              return "went on";
            });
    connection.waiting.await();
    victim.kill("enough");
    aborting.await();
    connection.answer();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(result).hasToString("answer");
  }

  @Test
  void aFailureThatNobodyCausedIsTheCallers() {
    GreenletTask<String> failing =
        go(
            () ->
                SwitchPoint.call(
                    READ,
                    connection::abort,
                    () -> {
                      throw new IOException("reset");
                    }));

    assertThatThrownBy(failing::get).hasRootCauseMessage("reset");
    assertThat(connection.aborts).hasValue(0);
  }

  @Test
  void theActionIsAGreenletOfItsOwnOnTheSharedLaneAndTheCallWaitsForItsEnd() throws Exception {
    CountDownLatch aborting = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    GreenletTask<String> victim =
        go(
            () ->
                SwitchPoint.call(
                    READ,
                    () -> {
                      connection.abort();
                      aborting.countDown();
                      mayEnd.await();
                    },
                    connection::read));
    connection.waiting.await();
    victim.kill("enough");
    aborting.await();

    GreenletTask<?> action = victim.children().getFirst();
    assertThat(action.kind()).isEqualTo("cancel");
    assertThat(action.name()).isEqualTo("cancel " + victim.name());
    assertThat(action.lane()).isSameAs(runtime.sharedLane());
    assertThat(action.waitingOn()).isEqualTo(new WaitReason("socket", "cancel read"));
    assertThat(go(() -> "the hub is free").get()).isEqualTo("the hub is free");

    victim.kill("once more");
    action.kill("in the middle");
    await().untilAsserted(() -> assertThat(victim.waitingOn()).isEqualTo(action.waitingOn()));
    assertThat(victim.isDone()).isFalse();
    mayEnd.countDown();
    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(runtime.find(action.id())).isNull();
  }

  @Test
  void aClosingRuntimeCutsCallsShortAlthoughItSpawnsNothingElse() throws Exception {
    GreenletTask<String> victim = go(this::readCancellably);
    connection.waiting.await();
    runtime.close();

    assertThat(victim.outcome()).isInstanceOf(Outcome.Killed.class);
    assertThat(connection.aborts).hasValue(1);
  }

  @Test
  void ofNestedSwitchPointsTheInnermostActionCounts() throws Exception {
    AtomicInteger outerAborts = new AtomicInteger();
    GreenletTask<String> victim =
        go(
            () ->
                SwitchPoint.call(
                    READ,
                    outerAborts::incrementAndGet,
                    () -> {
                      try (SwitchPoint _ = SwitchPoint.enter(READ)) {
                        return readCancellably();
                      }
                    }));
    connection.waiting.await();
    victim.kill("enough");

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(connection.aborts).hasValue(1);
    assertThat(outerAborts).hasValue(0);
  }

  @Test
  void theOuterActionCountsAgainAfterTheInnerCall() throws Exception {
    Connection inner = new Connection();
    GreenletTask<String> victim =
        go(
            () ->
                SwitchPoint.call(
                    READ,
                    connection::abort,
                    () -> {
                      SwitchPoint.call(READ, () -> {}, inner::read);
                      return connection.read();
                    }));
    inner.waiting.await();
    victim.kill("while the inner call is open");
    inner.answer();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(connection.aborts).hasValue(1);
  }

  @Test
  void whatIsPendingWhenTheActionComesRunsItAtOnce() throws Exception {
    CountDownLatch killed = new CountDownLatch(1);
    GreenletTask<String> victim =
        go(
            () -> {
              try (SwitchPoint point = SwitchPoint.enter(READ)) {
                connection.waiting.countDown();
                killed.await();
                point.onCancel(connection::abort);
                try {
                  return connection.read();
                } catch (IOException failure) {
                  point.failed(failure);
                  throw failure;
                }
              }
            });
    connection.waiting.await();
    victim.kill("before the action is known");
    killed.countDown();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(connection.aborts).hasValue(1);
  }

  @Test
  void whatCleansUpIsNotCutShortNorIsTheCallItIsPartOfMeanwhile() throws Exception {
    Connection cleaning = new Connection();
    GreenletTask<String> victim =
        go(
            () ->
                SwitchPoint.call(
                    READ,
                    connection::abort,
                    () -> {
                      try (SwitchPoint cleanUp = SwitchPoint.enterUncancellable(READ)) {
                        cleanUp.onCancel(cleaning::abort);
                        cleaning.read();
                      }
                      return connection.read();
                    }));
    cleaning.waiting.await();
    victim.kill("enough");
    go(() -> "a turn of the hub, and all that the kill has caused there").get();
    assertThat(connection.aborts).hasValue(0);
    cleaning.answer();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(cleaning.aborts).hasValue(0);
    assertThat(connection.aborts).hasValue(1);
  }

  @Test
  void aCallThatGoesOnIsMadeByAKilledGreenletAndCutShortAtOnce() throws Exception {
    Connection first = new Connection();
    GreenletTask<String> victim =
        go(
            () -> {
              SwitchPoint.call(READ, first::read);
              SwitchPoint goingOn = SwitchPoint.enterMidExchange(READ);
              try {
                goingOn.onCancel(connection::abort);
                return connection.read();
              } catch (IOException aborted) {
                goingOn.failed(aborted);
                return "not told why";
              } finally {
                goingOn.close();
              }
            });
    first.waiting.await();
    victim.kill("enough");
    first.answer();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(connection.waiting.getCount()).as("entered").isZero();
    assertThat(connection.aborts).hasValue(1);
  }

  @Test
  void aGreenletDoesNotUnwindInAShieldedSection() throws Exception {
    List<Boolean> seen = new CopyOnWriteArrayList<>();
    Callable<Boolean> look =
        () -> {
          try (SwitchPoint cleanUp = SwitchPoint.enterUncancellable(READ)) {
            return seen.add(cleanUp.isUnwinding());
          }
        };
    GreenletTask<String> victim =
        go(
            () -> {
              try {
                Greenlets.sleep(SECOND.multipliedBy(60));
                return "slept";
              } finally {
                Greenlets.shielded(look::call);
                look.call();
              }
            });
    await().until(() -> victim.waitingOn() != null);
    victim.kill("enough");

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(seen).containsExactly(false, true);
  }

  @Test
  void aGreenletUnwindsFromAKillOnAndFromADeadlineOnUntilItsOwner() throws Exception {
    List<Boolean> seen = new CopyOnWriteArrayList<>();
    Runnable look =
        () -> {
          try (SwitchPoint cleanUp = SwitchPoint.enterUncancellable(READ)) {
            seen.add(cleanUp.isUnwinding());
          }
        };
    GreenletTask<String> victim =
        go(
            () -> {
              look.run();
              try {
                Deadline.<String, Exception>within(
                    Duration.ZERO,
                    () -> {
                      try {
                        Greenlets.sleep(SECOND);
                        return "slept";
                      } finally {
                        look.run();
                      }
                    });
              } catch (TimeoutException over) {
                look.run();
              }
              try {
                return readCancellably();
              } finally {
                look.run();
              }
            });
    connection.waiting.await();
    victim.kill("enough");
    victim.join();

    assertThat(seen).containsExactly(false, true, false, true);
  }

  @Test
  void nothingIsCutShortWhileItIsShielded() throws Exception {
    GreenletTask<String> shielded = go(() -> Greenlets.shielded(this::readCancellably));
    connection.waiting.await();
    shielded.kill("enough");
    connection.answer();

    assertThat(shielded.join()).isEqualTo(new Outcome.Returned<>("answer"));
    assertThat(connection.aborts).hasValue(0);
  }

  @Test
  void aShieldInsideOfACallKeepsTheActionOffUntilItsEnd() throws Exception {
    Connection shielded = new Connection();
    GreenletTask<String> victim =
        go(
            () ->
                SwitchPoint.call(
                    READ,
                    connection::abort,
                    () -> {
                      Greenlets.shielded(shielded::read);
                      return connection.read();
                    }));
    shielded.waiting.await();
    victim.kill("enough");
    assertThat(connection.aborts).hasValue(0);
    shielded.answer();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(connection.aborts).hasValue(1);
  }

  @Test
  void aDeadlineThatIsClosedOrDeliveredCutsNothingShort() throws Exception {
    GreenletTask<String> task =
        go(
            () -> {
              Deadline.within(SECOND, () -> "in time");
              Deadline.within(
                  SECOND,
                  () -> {
                    time.advance(SECOND);
                    Greenlets.sleep(SECOND.multipliedBy(2));
                    return "late";
                  },
                  "given up");
              return readCancellably();
            });
    await().until(() -> isParked(task));
    time.advance(SECOND.multipliedBy(9));
    connection.waiting.await();
    time.advance(SECOND.multipliedBy(9));
    go(() -> "timers have fired").get();
    connection.answer();

    assertThat(task.get()).isEqualTo("answer");
    assertThat(connection.aborts).hasValue(0);
  }

  @Test
  void aGreenletWaitInsideOfTheCallIsLeftAsEverywhere() throws Exception {
    GreenletTask<String> never =
        go(
            () -> {
              Greenlets.sleep(Duration.ofDays(1));
              return "slept";
            });
    GreenletTask<String> victim = go(() -> SwitchPoint.call(READ, connection::abort, never::get));
    awaitParked(victim);
    victim.kill("enough");

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(connection.aborts).hasValue(1);
  }

  @Test
  void anActionThatFailsIsReportedAndTheCallGoesOn() throws Exception {
    IOException refused = new IOException("refused");
    CountDownLatch aborting = new CountDownLatch(1);
    GreenletTask<String> victim =
        go(
            () ->
                SwitchPoint.call(
                    READ,
                    () -> {
                      aborting.countDown();
                      throw refused;
                    },
                    connection::read));
    connection.waiting.await();
    victim.kill("enough");
    aborting.await();
    connection.answer();
    victim.join();
    runtime.close();

    await().untilAsserted(() -> assertThat(uncaught).containsExactly(refused));
  }

  @Test
  void aSecondActionIsRefused() throws Exception {
    script(
        () -> {
          try (SwitchPoint point = SwitchPoint.enter(READ)) {
            point.onCancel(connection::abort);
            assertThatThrownBy(() -> point.onCancel(connection::abort))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has an action already");
          }
        });
  }

  @Test
  void offAGreenletThereIsOnlyTheCall() {
    assertThat(SwitchPoint.call(READ, connection::abort, () -> "called")).isEqualTo("called");
    assertThatThrownBy(
            () ->
                SwitchPoint.call(
                    READ,
                    connection::abort,
                    () -> {
                      throw new IOException("reset");
                    }))
        .hasMessage("reset");
  }

  @Test
  void killsOfTheActionsThemselvesSaveNoCall() throws Exception {
    for (int round = 0; round < 300; round++) {
      Connection next = new Connection();
      GreenletTask<String> victim = go(() -> SwitchPoint.call(READ, next::abort, next::read));
      next.waiting.await();
      victim.kill("enough");
      while (!victim.isDone()) {
        List.copyOf(runtime.live()).forEach(living -> living.kill("everybody"));
      }
      assertThat(next.aborts).hasValue(1);
    }
  }
}
