package dev.greenlet.watchdog;

/** At most so many in any window of time. Not thread-safe. */
final class RateLimit {
  private final long[] granted; // when the last ones were, as a ring
  private final long windowNanos;
  private long count;

  RateLimit(int atMost, long windowNanos) {
    this.granted = new long[atMost];
    this.windowNanos = windowNanos;
  }

  /** Takes one, if there is one to be had. */
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
