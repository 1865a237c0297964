package dev.greenlet.sync;

import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The longest time that a call waits, measured from its beginning: the time of a caller that is
 * queued before it waits already runs. Part of the SPI of {@link WaitQueue}. Immutable; {@linkplain
 * dev.greenlet.sync any thread} may use it.
 *
 * @param nanos the longest time in nanoseconds; {@link Long#MAX_VALUE} for no limit, zero for no
 *     wait
 * @param due the end of that time on the {@linkplain dev.greenlet.Waiter#currentNanoTime() clock}
 *     of the caller; meaningless without a limit
 */
public record WaitLimit(long nanos, long due) {
  /** The call does not wait. */
  public static final WaitLimit NONE = new WaitLimit(0, 0);

  /** The call waits without a limit. */
  public static final WaitLimit ENDLESS = new WaitLimit(Long.MAX_VALUE, 0);

  private static final long LONGEST = Long.MAX_VALUE / 2; // may be added to a clock

  /**
   * Creates the limit of a call that begins now. Any thread.
   *
   * @param timeout the longest time to wait; zero or less for no wait
   * @return the limit
   */
  public static WaitLimit of(Duration timeout) {
    return of(TimeUnit.NANOSECONDS.convert(timeout)); // saturates
  }

  static WaitLimit of(long timeout, TimeUnit unit) {
    return of(unit.toNanos(timeout));
  }

  private static WaitLimit of(long nanos) {
    if (nanos <= 0) {
      return NONE;
    }
    long atMost = Math.min(nanos, LONGEST);
    return new WaitLimit(atMost, Waiter.currentNanoTime() + atMost);
  }

  boolean isNone() {
    return nanos == 0;
  }

  /** Waits. Returns whether the waiter was woken. */
  boolean await(Waiter waiter, WaitReason reason) throws InterruptedException {
    if (nanos == Long.MAX_VALUE) {
      waiter.await(reason);
      return true;
    }
    return isNone() ? waiter.await(reason, 0) : waiter.awaitUntil(reason, due);
  }
}
