package dev.greenlet;

import java.time.Duration;

/** Converts durations to nanoseconds, and checks them. */
final class Durations {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

  private Durations() {}

  /**
   * Returns a duration in nanoseconds: 0 for a negative one, and about 146 years at most, so that a
   * point in time plus the result does not overflow.
   */
  static long toNanos(Duration duration) {
    return duration.compareTo(LONGEST) > 0
        ? LONGEST.toNanos()
        : duration.isNegative() ? 0 : duration.toNanos();
  }

  static Duration requireNotNegative(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "'%s' must not be negative, was %s: use Duration.ZERO for none"
              .formatted(name, duration));
    }
    return duration;
  }
}
