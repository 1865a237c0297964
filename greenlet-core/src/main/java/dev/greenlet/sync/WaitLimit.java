package dev.greenlet.sync;

import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a call waits at most, counted from its beginning: the time of a waiter that is queued
 * runs already. Part of the SPI of {@link WaitQueue}.
 *
 * @param nanos how long at most; {@link Long#MAX_VALUE} without an end, zero for not at all
 * @param due when that is over, on the clock of the caller; of no meaning without an end
 */
public record WaitLimit(long nanos, long due) {
  /** The call does not wait. */
  public static final WaitLimit NONE = new WaitLimit(0, 0);

  /** The call waits as long as it takes. */
  public static final WaitLimit ENDLESS = new WaitLimit(Long.MAX_VALUE, 0);

  private static final long LONGEST = Long.MAX_VALUE / 2; // a clock may be added to it
  private static final Duration LONGEST_DURATION = Duration.ofNanos(LONGEST);

  /**
   * Creates the limit of a call that begins now. Any thread.
   *
   * @param timeout how long at most; zero or less for not at all
   * @return the limit
   */
  public static WaitLimit of(Duration timeout) {
    return timeout.compareTo(LONGEST_DURATION) > 0
        ? of(LONGEST)
        : timeout.isNegative() ? NONE : of(timeout.toNanos());
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
