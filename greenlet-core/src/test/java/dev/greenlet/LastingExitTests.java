package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.scope.GreenletScope;
import dev.greenlet.sync.GreenletLock;
import dev.greenlet.sync.GreenletQueue;
import dev.greenlet.testing.EngineFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A kill, or a limit that is over, is thrown at every switch point until its scope has ended. */
@EachEngine
class LastingExitTests extends EngineFixture {
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofDays(1);
  private static final int ROUNDS = 30;

  private final List<String> trail = new CopyOnWriteArrayList<>();
  private final AtomicInteger whole = new AtomicInteger();

  LastingExitTests(TestEngine engine) {
    super(engine.builder());
  }

  /** Many rounds of a wait, of which each swallows whatever it meets. */
  private String swallowing(Script round) {
    for (int i = 0; i < ROUNDS; i++) {
      try {
        round.run();
        whole.incrementAndGet();
      } catch (Throwable swallowed) {
        trail.add(swallowed.getClass().getSimpleName());
      }
    }
    return "all rounds";
  }

  private void swallowKill() {
    try {
      Greenlets.sleep(LONG);
    } catch (Throwable swallowed) {
      trail.add("swallowed");
    }
  }

  private GreenletTask<?> killed(GreenletTask<?> victim) throws InterruptedException {
    awaitParked(victim);
    victim.kill("enough");
    victim.join();
    return victim;
  }

  // --- limits -----------------------------------------------------------------------------------

  @Test
  void aLimitEndsInTheRoundThatWasOpen() throws Exception {
    script(
        () -> {
          assertThatThrownBy(
                  () ->
                      Deadline.within(
                          LIMIT,
                          () ->
                              swallowing(
                                  () -> {
                                    time.advance(TICK);
                                    Greenlets.sleep(Duration.ZERO);
                                  })))
              .isInstanceOf(TimeoutException.class);
          assertThat(whole).hasValue(1);
          assertThat(trail).hasSize(ROUNDS - 1).containsOnly("DeadlineExit");
        });
  }

  @Test
  void afterItsSectionALimitIsOver() throws Exception {
    script(
        () -> {
          String result =
              Deadline.within(
                  LIMIT,
                  () -> {
                    time.advance(LIMIT);
                    swallowKill();
                    return "half done";
                  },
                  "fallback");
          Greenlets.yieldNow();
          assertThat(result).isEqualTo("fallback");
        });
  }

  @Test
  void anOuterLimitSurvivesInnerOnesThatPoll() throws Exception {
    GreenletQueue<String> empty = GreenletQueue.fifo(1, "empty");
    script(
        () -> {
          assertThatThrownBy(
                  () ->
                      Deadline.within(
                          LIMIT,
                          () ->
                              swallowing(
                                  () ->
                                      Deadline.<@Nullable String, InterruptedException>within(
                                          TICK,
                                          () -> {
                                            time.advance(TICK);
                                            return empty.take();
                                          },
                                          null))))
              .isInstanceOf(TimeoutException.class)
              .hasMessageStartingWith("The deadline of PT0.4S");
          assertThat(whole).hasValue(1); // the outer one is over when the second inner one is
        });
  }

  @Test
  void ofTwoLimitsThatAreOverTheOuterOneIsThrown() throws Exception {
    script(
        () ->
            assertThatThrownBy(
                    () ->
                        Deadline.within(
                            LIMIT,
                            () ->
                                Deadline.within(
                                    TICK,
                                    () -> {
                                      time.advance(TICK);
                                      swallowKill(); // the inner one, that is over alone
                                      time.advance(TICK);
                                      Greenlets.yieldNow();
                                      return "never";
                                    },
                                    "inner")))
                .isInstanceOf(TimeoutException.class)
                .hasMessageStartingWith("The deadline of PT0.4S"));
  }

  // --- kills ------------------------------------------------------------------------------------

  @Test
  void aKillEndsInTheRoundThatWasOpenWhateverTheWait() throws Exception {
    GreenletLock held = new GreenletLock("held");
    GreenletQueue<String> empty = GreenletQueue.fifo(1, "empty");
    GreenletTask<?> holder =
        go(
            () -> {
              held.lock();
              Greenlets.sleep(LONG);
              return null;
            });
    awaitParked(holder);
    List<Script> waits =
        List.of(
            () -> Greenlets.sleep(LONG),
            Greenlets::yieldNow,
            held::lock,
            empty::take,
            holder::join,
            () -> holder.join(LONG),
            () -> Greenlets.moveTo(otherHub),
            () -> Greenlets.offload(() -> "offloaded"),
            () -> SwitchPoint.call(new WaitReason("http", "GET"), () -> "answered"));
    GreenletTask<?> victim =
        go(
            () -> {
              swallowKill();
              for (Script each : waits) {
                swallowing(each);
              }
              return "ended";
            });

    assertThat(killed(victim).outcome()).isInstanceOf(Outcome.Killed.class);
    assertThat(whole).hasValue(0);
    assertThat(trail.subList(1, trail.size()))
        .hasSize(ROUNDS * waits.size())
        .containsOnly("GreenletExit");
  }

  @Test
  void theFirstKillIsTheOneThatCounts() throws Exception {
    CountDownLatch swallowed = new CountDownLatch(1);
    CountDownLatch killedAgain = new CountDownLatch(1);
    GreenletTask<?> victim =
        runtime.spawn(
            SpawnOptions.named("victim").on(hub),
            () -> {
              swallowKill();
              swallowed.countDown();
              killedAgain.await();
              Greenlets.yieldNow();
              return "never";
            });
    awaitParked(victim);
    victim.kill("first");
    swallowed.await();
    victim.kill("second");
    killedAgain.countDown();

    assertThat(victim.join())
        .isInstanceOfSatisfying(
            Outcome.Killed.class,
            killed -> assertThat(killed.exit()).hasMessage("Greenlet 'victim' was killed: first"));
  }

  @Test
  void oneThatSwallowsItForeverDoesNotKeepTheHub() throws Exception {
    AtomicBoolean mayEnd = new AtomicBoolean();
    GreenletTask<?> victim =
        go(
            () -> {
              while (!mayEnd.get()) {
                swallowing(() -> Greenlets.sleep(LONG));
                trail.clear();
              }
              return null;
            });
    awaitParked(victim);
    victim.kill("enough");

    assertThat(go(() -> "served").get()).isEqualTo("served");
    mayEnd.set(true);
    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void aResourceThatWaitsInItsCloseChangesNothing() throws Exception {
    GreenletTask<?> victim =
        go(
            () -> {
              AutoCloseable waiting = () -> Greenlets.sleep(TICK);
              try (waiting) {
                Greenlets.sleep(LONG);
              } catch (Throwable thrown) {
                trail.add(thrown.getClass().getSimpleName() + thrown.getSuppressed().length);
                throw thrown;
              }
              return null;
            });

    assertThat(killed(victim).outcome()).isInstanceOf(Outcome.Killed.class);
    assertThat(trail).containsExactly("GreenletExit1");
  }

  @Test
  void aFailureThatIsTheExitItselfIsThrownAsItIs() throws Exception {
    GreenletTask<?> victim =
        go(
            () -> {
              try (SwitchPoint point = SwitchPoint.enter(new WaitReason("http", "POST"))) {
                try {
                  Greenlets.sleep(LONG);
                } catch (Throwable failure) {
                  point.failed(failure);
                  trail.add("its caller's");
                  throw failure;
                }
              }
              return null;
            });
    awaitParked(victim);

    assertThat(killed(victim).outcome())
        .isInstanceOfSatisfying(
            Outcome.Killed.class, killed -> assertThat(killed.exit().getSuppressed()).isEmpty());
    assertThat(trail).containsExactly("its caller's");
  }

  // --- cleaning up ------------------------------------------------------------------------------

  @Test
  void whatIsShieldedWaits() throws Exception {
    GreenletTask<?> victim =
        go(
            () -> {
              try {
                Greenlets.sleep(LONG);
              } finally {
                Greenlets.<@Nullable Void, InterruptedException>shielded(
                    () -> {
                      Greenlets.yieldNow();
                      Greenlets.spawn(() -> "child").join();
                      trail.add("cleaned up");
                      return null;
                    });
                swallowing(Greenlets::yieldNow);
              }
              return null;
            });

    assertThat(killed(victim).outcome()).isInstanceOf(Outcome.Killed.class);
    assertThat(trail).startsWith("cleaned up").endsWith("GreenletExit").hasSize(1 + ROUNDS);
  }

  @Test
  void whatIsInsideOfASwitchPointThatCleansUpWaits() throws Exception {
    WaitReason close = new WaitReason("jdbc", "close");
    GreenletTask<?> victim =
        go(
            () -> {
              swallowKill();
              try (SwitchPoint _ = SwitchPoint.enterUncancellable(close)) {
                SwitchPoint.enter(close).close();
                Greenlets.spawn(() -> "child").join();
                trail.add("closed");
              }
              Greenlets.yieldNow();
              return "never";
            });

    assertThat(killed(victim).outcome()).isInstanceOf(Outcome.Killed.class);
    assertThat(trail).containsExactly("swallowed", "closed");
  }

  @Test
  void aKillThatComesDuringCleaningUpEndsNothingOfIt() throws Exception {
    CountDownLatch cleaning = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    GreenletTask<?> child =
        runtime.spawn(
            SpawnOptions.defaults(),
            () -> {
              mayEnd.await();
              return null;
            });
    GreenletTask<?> victim =
        go(
            () -> {
              try (SwitchPoint _ =
                  SwitchPoint.enterUncancellable(new WaitReason("jdbc", "close"))) {
                cleaning.countDown();
                child.join();
                trail.add("closed");
              }
              Greenlets.yieldNow();
              return "never";
            });
    cleaning.await();
    await().until(() -> WaitReason.JOIN.equals(kindOfWait(victim)));
    victim.kill("enough");
    mayEnd.countDown();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(trail).containsExactly("closed");
  }

  private static @Nullable String kindOfWait(GreenletTask<?> task) {
    WaitReason reason = task.waitingOn();
    return reason == null ? null : reason.kind();
  }

  @Test
  void aConditionIsLeftWithItsLock() throws Exception {
    GreenletLock lock = new GreenletLock("lock");
    Condition never = lock.newCondition();
    GreenletTask<?> victim =
        go(
            () -> {
              swallowKill();
              lock.lock();
              swallowing(never::await);
              trail.add("held: " + lock.isHeldByCurrent());
              lock.unlock();
              return null;
            });

    assertThat(killed(victim).outcome()).isInstanceOf(Outcome.Killed.class);
    assertThat(whole).hasValue(0);
    assertThat(trail).endsWith("held: true");
    assertThat(lock.holder()).isNull();
  }

  @Test
  void aScopeOfADyingOwnerWaitsForItsMembersAndAJoinDoesNot() throws Exception {
    GreenletTask<?> victim =
        go(
            () -> {
              GreenletTask<?> other = Greenlets.spawn(() -> LONG);
              try (GreenletScope scope = GreenletScope.failFast()) {
                scope.spawn(
                    () -> {
                      try {
                        Greenlets.sleep(LONG);
                      } finally {
                        Greenlets.<@Nullable Void, RuntimeException>shielded(
                            () -> {
                              Greenlets.yieldNow();
                              trail.add("member has ended");
                              return null;
                            });
                      }
                      return null;
                    });
                swallowKill();
                swallowing(() -> Greenlets.spawn(() -> "child").join());
              }
              trail.add("scope has ended");
              other.kill("not needed");
              return null;
            });

    assertThat(killed(victim).outcome()).isInstanceOf(Outcome.Killed.class);
    assertThat(whole).hasValue(0);
    assertThat(trail).endsWith("member has ended", "scope has ended");
  }

  @Test
  void aWaitPastWhatWasThrownEndsByTheNextKillOnly() throws Exception {
    GreenletTask<?> victim =
        go(
            () -> {
              swallowKill();
              Waiter waiter = Waiter.ofCurrent().externallyWoken().pastThrown();
              trail.add("waits on");
              waiter.await(new WaitReason("answer", ""));
              return "never";
            });
    awaitParked(victim);
    victim.kill("once");
    await().until(() -> trail.contains("waits on"));
    awaitParked(victim);
    assertThat(victim.isDone()).isFalse();
    victim.kill("again");

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void aCallThatGoesOnIsCutShortAtOnce() throws Exception {
    CountDownLatch cut = new CountDownLatch(1);
    GreenletTask<?> victim =
        go(
            () -> {
              swallowKill();
              try (SwitchPoint point =
                  SwitchPoint.enterMidExchange(new WaitReason("http", "write"))) {
                point.onCancel(cut::countDown);
                try {
                  cut.await();
                  throw new IOException("torn");
                } catch (IOException failure) {
                  point.failed(failure);
                  throw failure;
                }
              }
            });

    assertThat(killed(victim).outcome()).isInstanceOf(Outcome.Killed.class);
  }
}
