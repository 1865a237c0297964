package dev.greenlet;

import java.util.concurrent.ForkJoinPool;

/**
 * Where greenlets go on that outlive their lane: nothing may hang for want of a carrier.
 * Exclusivity is gone. Its threads are daemons and go away when idle.
 */
final class Afterlife {
  private static final ForkJoinPool POOL = CarrierPool.create("greenlet-afterlife", 2);

  private Afterlife() {}

  static void execute(Runnable item) {
    POOL.execute(item);
  }

  /** Timers on the machine's time, whatever the closed runtime had. */
  static Timers timers() {
    return TimersHolder.LOOP;
  }

  private static final class TimersHolder {
    static final RunLoop LOOP =
        CarrierPool.timerLoop("greenlet-afterlife-timers", TimeSource.system());

    static {
      LOOP.start();
    }
  }
}
