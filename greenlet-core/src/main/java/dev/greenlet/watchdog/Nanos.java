package dev.greenlet.watchdog;

import java.time.Duration;

/** Durations as nanoseconds, the longest ones cut to what fits. */
final class Nanos {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

  private Nanos() {}

  static long of(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
  }
}
