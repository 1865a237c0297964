package dev.greenlet.schedule;

import java.util.concurrent.locks.LockSupport;

/**
 * The clock of a run loop: reads the time, and lets some pass. Replaced by tests, which then decide
 * when a sleep is over. Implementations are thread-safe.
 */
public interface TimeSource {

  /**
   * Returns the present time. Any thread.
   *
   * @return nanoseconds of arbitrary origin
   */
  long nanoTime();

  /**
   * Parks the calling carrier until it is unparked ({@link LockSupport#unpark}), the time has
   * passed, or for no reason.
   *
   * @param nanos how long at most; {@link Long#MAX_VALUE} for no limit
   */
  void park(long nanos);

  /**
   * Returns the clock of the machine, always the same object.
   *
   * @return the time source that runtimes use unless configured otherwise
   */
  static TimeSource system() {
    return SystemTimeSource.INSTANCE;
  }
}
