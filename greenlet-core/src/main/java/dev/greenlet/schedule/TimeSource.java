package dev.greenlet.schedule;

import java.util.concurrent.locks.LockSupport;

/**
 * What a run loop knows of time: what it is, and how to let some pass. Replaced by tests, which
 * then decide when a sleep is over. Implementations are thread-safe.
 */
public interface TimeSource {

  /**
   * The present time, of arbitrary origin.
   *
   * @return nanoseconds
   */
  long nanoTime();

  /**
   * Parks the calling carrier until it is unparked ({@link LockSupport#unpark}), the time has
   * passed, or for no reason.
   *
   * @param nanos how long at most; {@link Long#MAX_VALUE} for ever
   */
  void park(long nanos);

  /**
   * The time of the machine.
   *
   * @return the time source that runtimes use unless told otherwise
   */
  static TimeSource system() {
    return SystemTimeSource.INSTANCE;
  }
}
