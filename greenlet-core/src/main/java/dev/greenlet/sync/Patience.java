package dev.greenlet.sync;

import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a call is ready to wait.
 *
 * @param nanos how long at most; {@link Long#MAX_VALUE} for ever, zero for not at all
 */
record Patience(long nanos) {
  static final Patience NONE = new Patience(0);
  static final Patience ENDLESS = new Patience(Long.MAX_VALUE);
  private static final long LONGEST = Long.MAX_VALUE / 2; // a clock may be added to it
  private static final Duration LONGEST_DURATION = Duration.ofNanos(LONGEST);

  static Patience of(Duration timeout) {
    return timeout.compareTo(LONGEST_DURATION) > 0
        ? new Patience(LONGEST)
        : timeout.isNegative() ? NONE : of(timeout.toNanos());
  }

  static Patience of(long timeout, TimeUnit unit) {
    return of(unit.toNanos(timeout));
  }

  private static Patience of(long nanos) {
    return nanos <= 0 ? NONE : new Patience(Math.min(nanos, LONGEST));
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
    return waiter.await(reason, nanos);
  }
}
