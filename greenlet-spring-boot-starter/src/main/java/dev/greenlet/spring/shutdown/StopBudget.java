package dev.greenlet.spring.shutdown;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time for the whole stop, from its first step on: a drain, in which accepted requests and
 * tasks end by themselves, followed by a grace, in which killed ones end. All steps share it.
 *
 * <p>Thread-safe. No method waits.
 */
public final class StopBudget {
  private static final Duration HEADROOM = Duration.ofSeconds(5);
  private static final Duration LEAST = Duration.ofSeconds(4);

  private final Duration drain;
  private final Duration grace;
  private final LongSupplier nanoTime;
  private long begunNanos; // guarded by this
  private boolean begun; // guarded by this

  private StopBudget(Duration drain, Duration grace, LongSupplier nanoTime) {
    this.drain = drain;
    this.grace = grace;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns a budget with the given drain and grace.
   *
   * @param drain the time for accepted requests and tasks to end by themselves; not negative
   * @param grace the time for killed requests and tasks to end; not negative
   * @param nanoTime the clock, in nanoseconds of arbitrary origin
   * @return the budget
   */
  public static StopBudget of(Duration drain, Duration grace, LongSupplier nanoTime) {
    return new StopBudget(drain, grace, nanoTime);
  }

  /**
   * Returns a budget that follows the timeout of a shutdown phase: five seconds less, which remain
   * for the rest of the application, but at least four seconds, or the timeout if that is shorter.
   * The grace is a part of it, at most half of it.
   *
   * @param phaseTimeout the timeout of a shutdown phase; not negative
   * @param grace the time for killed requests and tasks to end; not negative
   * @param nanoTime the clock, in nanoseconds of arbitrary origin
   * @return the budget
   */
  public static StopBudget within(Duration phaseTimeout, Duration grace, LongSupplier nanoTime) {
    Duration least = min(phaseTimeout, LEAST);
    Duration reduced = phaseTimeout.minus(HEADROOM);
    Duration total = reduced.compareTo(least) < 0 ? least : reduced;
    Duration killing = min(grace, total.dividedBy(2));
    return of(total.minus(killing), killing, nanoTime);
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Starts the budget, unless an earlier step has. */
  synchronized void begin() {
    if (!begun) {
      begun = true;
      begunNanos = nanoTime.getAsLong();
    }
  }

  /** Resets the budget, so that an application that starts again has all of it. */
  synchronized void end() {
    begun = false;
  }

  /**
   * Returns the time for accepted requests and tasks to end by themselves.
   *
   * @return the drain, from the first step on
   */
  public Duration drain() {
    return drain;
  }

  /**
   * Returns the time for killed requests and tasks to end.
   *
   * @return the grace, which follows the drain
   */
  public Duration grace() {
    return grace;
  }

  /** Returns the rest of the drain: all of it before the first step, zero when it is over. */
  Duration drainLeft() {
    return leftOf(drain);
  }

  /** Returns the rest for killed requests and tasks: at most the grace, zero when all is over. */
  Duration graceLeft() {
    return min(grace, leftOf(drain.plus(grace)));
  }

  private synchronized Duration leftOf(Duration time) {
    Duration left = begun ? time.minusNanos(nanoTime.getAsLong() - begunNanos) : time;
    return left.isNegative() ? Duration.ZERO : left;
  }
}
