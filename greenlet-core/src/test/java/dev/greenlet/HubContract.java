package dev.greenlet;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Two hubs on the machine's own time, and what tests of the promise say to them. */
@Timeout(60)
abstract class HubContract {
  static final Duration LONG = Duration.ofDays(1);

  final TestEngine engine;
  GreenletRuntime runtime;
  Hub hub;
  Hub otherHub;

  @SuppressWarnings("NullAway.Init") // by start()
  HubContract(TestEngine engine) {
    this.engine = engine;
  }

  @BeforeEach
  void start() {
    runtime = engine.builder().name("test").hubs(2).build();
    hub = runtime.hubs().get(0);
    otherHub = runtime.hubs().get(1);
  }

  @AfterEach
  void stop() {
    runtime.close();
  }

  <T extends @Nullable Object> GreenletTask<T> onHub(String name, Callable<? extends T> body) {
    return runtime.spawn(SpawnOptions.named(name).on(hub), body);
  }

  static <T> T waitFor(CountDownLatch latch, T result) throws InterruptedException {
    SwitchPoint wait = SwitchPoint.enter(new WaitReason("jdbc", "select ?"));
    try {
      latch.await();
    } finally {
      wait.close();
    }
    return result;
  }

  static void awaitIgnoringInterrupts(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException again) {
        // wait on
      }
    }
  }

  static boolean spinUntil(BooleanSupplier condition) {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > giveUp) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  @SuppressWarnings("InfiniteRecursion")
  static int recurse(int depth) {
    return recurse(depth + 1) + 1;
  }

  /** State without a lock, which tells when two were at it. */
  static final class Counter {
    int value;
    private final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger overlaps = new AtomicInteger();

    void incrementWithoutLock() {
      if (inside.incrementAndGet() != 1) {
        overlaps.incrementAndGet();
      }
      int read = value;
      for (int i = 0; i < 20; i++) {
        Thread.onSpinWait();
      }
      value = read + 1;
      inside.decrementAndGet();
    }
  }
}
