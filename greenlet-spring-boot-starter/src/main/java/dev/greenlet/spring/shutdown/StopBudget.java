package dev.greenlet.spring.shutdown;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long the whole stop may last, from its first step on: so long for what was accepted to end by
 * itself, and then so long for what is killed. All steps share it. Thread-safe.
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
   * Creates a budget of two parts.
   *
   * @param drain how long what was accepted may take to end by itself; not negative
   * @param grace how long what is killed may take to end; not negative
   * @param nanoTime the clock, in nanoseconds of arbitrary origin
   * @return the budget
   */
  public static StopBudget of(Duration drain, Duration grace, LongSupplier nanoTime) {
    return new StopBudget(drain, grace, nanoTime);
  }

  /**
   * Creates a budget that follows the timeout of a phase of the shutdown: five seconds less, which
   * is what the rest of the application has then, but not less than four seconds, or than the
   * timeout if that is shorter. The grace is a part of it, half of it at most.
   *
   * @param phaseTimeout the timeout of a phase; not negative
   * @param grace how long what is killed may take to end; not negative
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

  /** Starts the clock, unless an earlier step has. */
  synchronized void begin() {
    if (!begun) {
      begun = true;
      begunNanos = nanoTime.getAsLong();
    }
  }

  /** Stops the clock, so that an application that is started again has all of the budget. */
  synchronized void end() {
    begun = false;
  }

  /**
   * Returns how long what was accepted may take to end by itself.
   *
   * @return the time from the first step on
   */
  public Duration drain() {
    return drain;
  }

  /**
   * Returns how long what is killed may take to end.
   *
   * @return the time after the drain
   */
  public Duration grace() {
    return grace;
  }

  /** Returns what is left of the drain, zero when it is over; all of it before the first step. */
  Duration drainLeft() {
    return leftOf(drain);
  }

  /** Returns what is left for what is killed: no more than the grace, zero when all is over. */
  Duration graceLeft() {
    return min(grace, leftOf(drain.plus(grace)));
  }

  private synchronized Duration leftOf(Duration time) {
    Duration left = begun ? time.minusNanos(nanoTime.getAsLong() - begunNanos) : time;
    return left.isNegative() ? Duration.ZERO : left;
  }
}
