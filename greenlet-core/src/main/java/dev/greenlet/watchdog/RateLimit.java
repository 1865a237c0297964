package dev.greenlet.watchdog;

/** Limits the number of permits within any window of time. Not thread-safe. */
final class RateLimit {
  private final long[] granted; // the times of the latest permits, as a ring
  private final long windowNanos;
  private long count;

  RateLimit(int atMost, long windowNanos) {
    this.granted = new long[atMost];
    this.windowNanos = windowNanos;
  }

  /** Takes a permit if one is available. */
  boolean tryAcquire(long now) {
    int slot = (int) (count % granted.length);
    if (count >= granted.length && now - granted[slot] < windowNanos) {
      return false;
    }
    granted[slot] = now;
    count++;
    return true;
  }
}
