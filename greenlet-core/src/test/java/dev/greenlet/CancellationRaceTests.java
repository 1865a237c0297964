package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What cuts one call short never hits a later call on the same resource. */
@EachEngine
@Timeout(120)
class CancellationRaceTests {
  private static final int CANCELS = 3_000;
  private static final int LONGEST_CALL_NANOS = 60_000;
  private static final WaitReason CALL = new WaitReason("jdbc", "call");

  private final GreenletRuntime runtime;
  private final Resource resource = new Resource();

  CancellationRaceTests(TestEngine engine) {
    runtime = engine.builder().hubs(2).build();
  }

  @AfterEach
  void close() {
    runtime.close();
  }

  /** A cancel hits whichever call is under way, or the next one, as that of a connection does. */
  private static final class Resource {
    private static final int NONE = -1;

    private final Semaphore hit = new Semaphore(0);
    private final AtomicInteger cancels = new AtomicInteger();
    private final AtomicInteger astray = new AtomicInteger();
    private volatile int underWay = NONE;

    void begin(int number) {
      underWay = number;
    }

    void call() throws InterruptedException {
      int nanos = ThreadLocalRandom.current().nextInt(LONGEST_CALL_NANOS);
      if (hit.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("cancelled");
      }
    }

    void cancel(int number) {
      cancels.incrementAndGet();
      expect(number);
      hit.release();
      Thread.yield();
      expect(number);
    }

    private void expect(int number) {
      if (underWay != number) {
        astray.incrementAndGet();
      }
    }

    /** A cancel that is under way by now is one that comes too late. */
    void end() {
      underWay = NONE;
      hit.drainPermits();
    }
  }

  private void call(int number) throws InterruptedException {
    try (CancelScope _ = CancelScope.begin()) {
      SwitchPoint point = SwitchPoint.enter(CALL);
      try {
        resource.begin(number);
        point.onCancel(() -> resource.cancel(number));
        resource.call();
      } catch (IllegalStateException cancelled) {
        point.failed(cancelled);
        throw cancelled; // without an exit: it was hit by what was meant for another one
      } finally {
        point.close();
      }
    } catch (GreenletExit killed) {
      // goes on, as nobody should, to make the next call
    } finally {
      resource.end();
    }
  }

  @Test
  void ofAKill() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger unexplained = new AtomicInteger();
    GreenletTask<Integer> victim =
        onHub(
            () -> {
              begun.countDown();
              while (resource.cancels.get() < CANCELS) {
                try {
                  call(calls.incrementAndGet());
                } catch (IllegalStateException withoutAnExit) {
                  unexplained.incrementAndGet();
                }
              }
              return calls.get();
            });
    begun.await();
    Thread killer = Thread.ofPlatform().start(() -> killOverAndOver(victim));
    killOverAndOver(victim);
    killer.join();

    assertThat(resource.astray).hasValue(0);
    assertThat(unexplained).hasValue(0);
    assertThat(calls.get()).isGreaterThanOrEqualTo(CANCELS);
  }

  private static void killOverAndOver(GreenletTask<?> victim) {
    while (victim.kill("again")) {
      for (int i = ThreadLocalRandom.current().nextInt(2_000); i > 0; i--) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void ofADeadline() throws Exception {
    GreenletTask<Integer> late =
        onHub(
            () -> {
              int calls = 0;
              while (resource.cancels.get() < CANCELS) {
                calls += callInTime(calls);
              }
              return calls;
            });

    assertThat(late.get()).isGreaterThanOrEqualTo(CANCELS);
    assertThat(resource.astray).hasValue(0);
  }

  private int callInTime(int number) throws InterruptedException {
    Duration limit = Duration.ofNanos(ThreadLocalRandom.current().nextInt(LONGEST_CALL_NANOS));
    try {
      return Deadline.within(
          limit,
          () -> {
            call(number);
            return 1;
          });
    } catch (TimeoutException expected) {
      return 1;
    }
  }

  private <T> GreenletTask<T> onHub(Callable<T> body) {
    return runtime.spawn(SpawnOptions.named("caller").on(runtime.hubs().getFirst()), body);
  }
}
