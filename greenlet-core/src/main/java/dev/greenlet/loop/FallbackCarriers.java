package dev.greenlet.loop;

import dev.greenlet.fiber.Fiber;
import dev.greenlet.fiber.FiberScheduler;
import dev.greenlet.schedule.TimeSource;
import java.util.concurrent.ForkJoinPool;

/**
 * Runs greenlets that are still alive after their lane has closed: nothing may hang for want of a
 * carrier. Greenlets have no exclusivity here. The threads are daemons, and end when idle.
 */
public final class FallbackCarriers {
  private static final ForkJoinPool POOL = CarrierPool.create("greenlet-fallback", 2);

  private FallbackCarriers() {}

  /**
   * Runs an action. Any thread; never throws.
   *
   * @param item the action
   */
  public static void execute(Runnable item) {
    POOL.execute(item);
  }

  /**
   * Runs the next slice of a fiber in place of the carriers of a lane that has closed. Any thread.
   *
   * @param fiber the fiber
   * @param lane the lane
   */
  public static void execute(Fiber fiber, FiberScheduler lane) {
    CarrierPool.execute(POOL, fiber, lane);
  }

  /** Timers on the machine's time, whatever the closed runtime had. */
  static Timers timers() {
    return LoopHolder.LOOP;
  }

  /**
   * Returns the loop that watches channels for greenlets whose own loop does not, and for plain
   * threads.
   *
   * @return a loop of the process, which never ends
   */
  public static RunLoop channels() {
    return LoopHolder.LOOP;
  }

  private static final class LoopHolder {
    static final RunLoop LOOP = CarrierPool.bareLoop("greenlet-fallback-loop", TimeSource.system());

    static {
      LOOP.start();
    }
  }
}
