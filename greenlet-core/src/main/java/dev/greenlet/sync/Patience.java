package dev.greenlet.sync;

import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a call is ready to wait, counted from its beginning: who is seen in a line has its time
 * running already.
 *
 * @param nanos how long at most; {@link Long#MAX_VALUE} for ever, zero for not at all
 * @param due when that is over, on the clock of the caller
 */
record Patience(long nanos, long due) {
  static final Patience NONE = new Patience(0, 0);
  static final Patience ENDLESS = new Patience(Long.MAX_VALUE, 0);
  private static final long LONGEST = Long.MAX_VALUE / 2; // a clock may be added to it
  private static final Duration LONGEST_DURATION = Duration.ofNanos(LONGEST);

  static Patience of(Duration timeout) {
    return timeout.compareTo(LONGEST_DURATION) > 0
        ? of(LONGEST)
        : timeout.isNegative() ? NONE : of(timeout.toNanos());
  }

  static Patience of(long timeout, TimeUnit unit) {
    return of(unit.toNanos(timeout));
  }

  private static Patience of(long nanos) {
    if (nanos <= 0) {
      return NONE;
    }
    long atMost = Math.min(nanos, LONGEST);
    return new Patience(atMost, Waiter.currentNanoTime() + atMost);
  }

  boolean isNone() {
    return nanos == 0;
  }

  boolean isEndless() {
    return nanos == Long.MAX_VALUE;
  }

  /** Waits. Returns whether the waiter was woken. */
  boolean await(Waiter waiter, WaitReason reason) throws InterruptedException {
    if (isEndless()) {
      waiter.await(reason);
      return true;
    }
    return isNone() ? waiter.await(reason, 0) : waiter.awaitUntil(reason, due);
  }
}
