package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.testing.ClassInitialiser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Greenlets hop between lanes while threads take the stacks of all of them, as profilers and thread
 * dumps do: each greenlet runs where it is at home, alone if that is a hub, and nothing is counted
 * that has not run.
 */
@EachEngine
class SamplingTests extends HubContract {
  private static final int SAMPLERS = 2;
  private static final int HOPPERS = 12;
  private static final int ROUNDS = 30;

  private final Queue<Thread> sampled = new ConcurrentLinkedQueue<>();
  private final Counter ofHub = new Counter();
  private final Counter ofOtherHub = new Counter();

  SamplingTests(TestEngine engine) {
    super(engine);
  }

  @Test
  void greenletsAreOnTheirLanesAndCountTheirSlicesWhateverLooksAtThem() throws Exception {
    hopWhileSampled(Duration.ofSeconds(1));
  }

  @Test
  @Tag("soak")
  @Timeout(120)
  void greenletsAreOnTheirLanesForLong() throws Exception {
    hopWhileSampled(Duration.ofSeconds(20));
  }

  private void hopWhileSampled(Duration time) throws Exception {
    Slices unsampled = hop();
    List<Thread> samplers =
        IntStream.range(0, SAMPLERS)
            .mapToObj(i -> Thread.ofPlatform().start(this::sample))
            .toList();
    long start = System.nanoTime();
    try {
      do {
        assertThat(hop()).isEqualTo(unsampled);
      } while (System.nanoTime() - start < time.toNanos());
    } finally {
      samplers.forEach(Thread::interrupt);
    }
    for (Thread sampler : samplers) {
      sampler.join();
    }
    assertThat(ofHub.overlaps.get() + ofOtherHub.overlaps.get()).isZero();
    assertThat(ofHub.value)
        .isEqualTo(ofOtherHub.value)
        .isGreaterThanOrEqualTo(2 * HOPPERS * ROUNDS);
  }

  private void sample() {
    while (!Thread.currentThread().isInterrupted()) {
      sampled.forEach(Thread::getStackTrace);
    }
  }

  /** How many slices the hoppers had, and how many the hubs. */
  private record Slices(List<Long> ofGreenlets, long ofHub, long ofOtherHub) {}

  private Slices hop() throws Exception {
    long before = hub.switches();
    long otherBefore = otherHub.switches();
    int valueBefore = ofHub.value;
    List<GreenletTask<Boolean>> hoppers = new ArrayList<>();
    for (int i = 0; i < HOPPERS; i++) {
      hoppers.add(runtime.spawn(SpawnOptions.named("hopper"), this::hopRounds));
    }
    assertThat(Greenlets.getAll(hoppers)).containsOnly(true);
    sampled.clear();
    int arrivals = HOPPERS * ROUNDS;
    await().until(() -> hub.switches() - before >= arrivals);
    await().until(() -> otherHub.switches() - otherBefore >= 2L * arrivals);
    assertThat(ofHub.value - valueBefore).isEqualTo(arrivals);
    return new Slices(
        hoppers.stream().map(GreenletTask::switches).toList(),
        hub.switches() - before,
        otherHub.switches() - otherBefore);
  }

  private boolean hopRounds() {
    sampled.add(Thread.currentThread());
    for (int round = 0; round < ROUNDS; round++) {
      Greenlets.moveTo(hub);
      ofHub.incrementWithoutLock();
      requireCarrierOf(hub);
      if (engine == TestEngine.NATIVE && round % 10 == 0) {
        ClassInitialiser.run(
            () -> assertThatThrownBy(() -> Greenlets.moveTo(otherHub)).isNotNull());
        requireCarrierOf(hub);
      }
      Greenlets.moveTo(otherHub);
      ofOtherHub.incrementWithoutLock();
      requireCarrierOf(otherHub);
      Greenlets.yieldNow();
      requireCarrierOf(otherHub);
      Greenlets.moveTo(runtime.sharedLane());
      requireCarrierOf(runtime.sharedLane());
    }
    return true;
  }

  /** What portable greenlets run on is not the lane's but its baton is, or they overlap. */
  private void requireCarrierOf(Lane lane) {
    if (engine == TestEngine.NATIVE) {
      // a mounted virtual thread tells its carrier in its description only
      assertThat(Thread.currentThread().toString()).contains("@" + lane.name());
    }
    if (lane instanceof Hub here) {
      Slice slice = here.slice();
      assertThat(slice != null && slice.threadName().equals(Thread.currentThread().getName()))
          .isTrue();
    }
  }
}
