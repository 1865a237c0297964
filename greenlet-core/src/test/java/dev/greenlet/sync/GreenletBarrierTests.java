package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@EachEngine
class GreenletBarrierTests extends SyncContract {
  private final GreenletBarrier barrier =
      new GreenletBarrier(3, "start", () -> log.add("all are here"));

  GreenletBarrierTests(TestEngine engine) {
    super(engine);
  }

  @Test
  @DisplayName("2.2/51 all go on together, again and again, after the action")
  void releasesAllTogether() throws Exception {
    for (int round = 1; round <= 3; round++) {
      GreenletTask<Integer> first = onHub("first", barrier::await);
      awaitWaiters(barrier, 1);
      FutureTask<Integer> second = inThread("second", barrier::await);
      awaitWaiters(barrier, 2);
      assertThat(barrier).hasToString("barrier 'start' (2 of 3 parties waiting)");

      GreenletTask<Integer> third = onOtherHub("third", barrier::await);

      assertThat(List.of(first.get(), second.get(), third.get())).containsExactly(2, 1, 0);
      assertThat(log).hasSize(round);
    }
    assertThat(barrier.isBroken()).isFalse();
    assertThat(barrier.parties()).isEqualTo(3);
  }

  @Test
  @DisplayName("2.2/51 a party that is killed or timed out breaks it for all, until a reset")
  void breaks() throws Exception {
    GreenletTask<Integer> waiter = onHub("waiter", barrier::await);
    awaitWaiters(barrier, 1);
    GreenletTask<Integer> impatient = onHub("impatient", () -> barrier.await(SECOND));
    awaitWaiters(barrier, 2);
    time.advance(SECOND);

    assertThatThrownBy(impatient::get)
        .cause()
        .isInstanceOf(TimeoutException.class)
        .hasMessage("barrier 'start' was not reached by all 3 parties within PT1S");
    assertThatThrownBy(waiter::get).hasCauseInstanceOf(BrokenBarrierException.class);
    assertThatThrownBy(barrier::await)
        .isInstanceOf(BrokenBarrierException.class)
        .hasMessage("barrier 'start' is broken: call reset()");

    barrier.reset();
    GreenletTask<Integer> victim = onHub("victim", barrier::await);
    awaitWaiters(barrier, 1);
    victim.kill("enough");
    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(barrier.isBroken()).isTrue();
    barrier.reset();
    releasesAllTogether();
  }

  @Test
  void aResetSendsTheWaitersAway() throws Exception {
    GreenletTask<Integer> waiter = onHub("waiter", barrier::await);
    awaitWaiters(barrier, 1);

    barrier.reset();

    assertThatThrownBy(waiter::get).hasCauseInstanceOf(BrokenBarrierException.class);
    assertThat(barrier.isBroken()).isFalse();
  }

  @Test
  void anActionThatFailsBreaksIt() throws Exception {
    GreenletBarrier failing =
        new GreenletBarrier(
            2,
            "failing",
            () -> {
              throw new IllegalStateException("no");
            });
    GreenletTask<Integer> waiter = onHub("waiter", failing::await);
    awaitWaiters(failing, 1);

    assertThatThrownBy(failing::await).isInstanceOf(IllegalStateException.class).hasMessage("no");

    assertThatThrownBy(waiter::get).hasCauseInstanceOf(BrokenBarrierException.class);
    assertThat(failing.isBroken()).isTrue();
  }

  @Test
  void aSinglePartyDoesNotWait() throws Exception {
    assertThat(new GreenletBarrier(1).await(Duration.ZERO)).isZero();
  }

  @Test
  void refusesBadSizes() {
    assertThatThrownBy(() -> new GreenletBarrier(0, "none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'parties' of barrier 'none' must be at least 1, was 0");
  }
}
