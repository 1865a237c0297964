package dev.greenlet;

import dev.greenlet.fiber.Fiber;
import dev.greenlet.fiber.FiberScheduler;
import dev.greenlet.schedule.TimeSource;
import java.util.concurrent.ForkJoinPool;

/**
 * Where greenlets go on that outlive their lane: nothing may hang for want of a carrier.
 * Exclusivity is gone. Its threads are daemons and go away when idle.
 */
final class FallbackCarriers {
  private static final ForkJoinPool POOL = CarrierPool.create("greenlet-afterlife", 2);

  private FallbackCarriers() {}

  static void execute(Runnable item) {
    POOL.execute(item);
  }

  /** Runs the next slice of a fiber in place of the carriers of a lane that has closed. */
  static void execute(Fiber fiber, FiberScheduler lane) {
    POOL.execute(new PooledSlice(fiber, lane));
  }

  /** Timers on the machine's time, whatever the closed runtime had. */
  static Timers timers() {
    return LoopHolder.LOOP;
  }

  /** Watches channels for those who have no loop that does, threads that are no greenlets too. */
  static RunLoop channels() {
    return LoopHolder.LOOP;
  }

  private static final class LoopHolder {
    static final RunLoop LOOP =
        CarrierPool.bareLoop("greenlet-afterlife-loop", TimeSource.system());

    static {
      LOOP.start();
    }
  }
}
