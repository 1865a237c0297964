package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.loop.CarrierPool;
import dev.greenlet.loop.RunLoop;
import dev.greenlet.schedule.TimeSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lane gets carriers when all of its own are occupied, and gives them back. */
class LaneSupplyTests {
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final RunLoop loop = CarrierPool.bareLoop("supplied-loop", TimeSource.system());
  private final SharedLane lane = new SharedLane("supplied", 1, 2, loop);
  private final LaneSupply supply = new LaneSupply(lane);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void end() {
    release.countDown();
    lane.stop();
  }

  @Test
  void addsOneWhileSomethingIsReadyAndNothingEnds() throws Exception {
    occupy().await();
    CountDownLatch second = occupy();

    supply.look(0);
    supply.look(49 * MILLI);
    assertThat(lane.carriers()).isEqualTo(1);
    supply.look(51 * MILLI);
    assertThat(lane.carriers()).isEqualTo(2);
    second.await();
    assertThat(lane.starved()).isZero();
  }

  @Test
  void saysThatTheLaneIsStarvedWhenItMayAddNone() throws Exception {
    occupyBoth();
    CountDownLatch third = occupy();

    supply.look(60 * MILLI);
    supply.look(120 * MILLI);
    assertThat(lane.carriers()).isEqualTo(2);
    assertThat(lane.starved()).isPositive();

    release.countDown();
    third.await();
    await().until(() -> !lane.hasReady());
    supply.look(130 * MILLI);
    assertThat(lane.starved()).isZero();
  }

  @Test
  void givesItBackAfterAMinuteWithoutNeed() throws Exception {
    occupyBoth();
    release.countDown();
    await().until(() -> !lane.hasReady());

    supply.look(MINUTE);
    assertThat(lane.carriers()).isEqualTo(2);
    supply.look(51 * MILLI + MINUTE + 1);
    assertThat(lane.carriers()).isEqualTo(1);
  }

  private void occupyBoth() throws InterruptedException {
    occupy().await();
    CountDownLatch second = occupy();
    supply.look(0);
    supply.look(51 * MILLI);
    second.await();
  }

  /** Occupies the next carrier; the latch opens when it has begun. */
  private CountDownLatch occupy() {
    CountDownLatch begun = new CountDownLatch(1);
    lane.execute(
        () -> {
          begun.countDown();
          try {
            release.await();
          } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
          }
        });
    return begun;
  }
}
