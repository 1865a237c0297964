package dev.greenlet;

import java.time.Duration;

/** Durations as nanoseconds, the longest ones cut to what fits. */
final class Durations {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

  private Durations() {}

  static long toNanos(Duration duration) {
    return duration.compareTo(LONGEST) > 0
        ? LONGEST.toNanos()
        : duration.isNegative() ? 0 : duration.toNanos();
  }

  static Duration requireNotNegative(String what, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "'%s' must not be negative, was %s: use Duration.ZERO for none"
              .formatted(what, duration));
    }
    return duration;
  }
}
