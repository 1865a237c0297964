package dev.greenlet.spring.web.admission;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A limit that grows by one while requests are fast, and shrinks by a tenth if they are slow or
 * rejected by a backend: additive increase, multiplicative decrease, as in TCP, by Netflix' {@code
 * concurrency-limits}. It is adjusted once for each window of twice the duration of the fastest
 * request, between 100 ms and 1 s, by the mean duration of the requests in the window; a window of
 * fewer than ten requests is ignored. It grows only while at least half of it is used. Thread-safe;
 * does not block.
 */
public final class AimdLimit implements ConcurrencyLimit {
  private static final double BACKOFF = 0.9;
  private static final long SHORTEST_WINDOW_MILLIS = 100;
  private static final long LONGEST_WINDOW_MILLIS = 1000;

  private final Limit limit;

  /**
   * Creates a limit that starts at its maximum, as there is no sign yet that it is too large.
   *
   * @param smallest the minimum of the limit
   * @param largest the maximum of the limit, and its initial value
   * @param latencyLimit the mean duration of the requests in a window above which the limit shrinks
   * @throws IllegalArgumentException if {@code smallest} is less than 1 or more than {@code
   *     largest}, or {@code latencyLimit} is not positive
   */
  public AimdLimit(int smallest, int largest, Duration latencyLimit) {
    if (smallest < 1 || smallest > largest) {
      throw new IllegalArgumentException(
          "'smallest' must be between 1 and %d, was %d".formatted(largest, smallest));
    }
    AIMDLimit aimd =
        AIMDLimit.newBuilder()
            .minLimit(smallest)
            .initialLimit(largest)
            .maxLimit(largest)
            .backoffRatio(BACKOFF)
            .timeout(latencyLimit.toNanos(), TimeUnit.NANOSECONDS)
            .build();
    this.limit =
        WindowedLimit.newBuilder()
            .minWindowTime(SHORTEST_WINDOW_MILLIS, TimeUnit.MILLISECONDS)
            .maxWindowTime(LONGEST_WINDOW_MILLIS, TimeUnit.MILLISECONDS)
            .build(aimd);
  }

  @Override
  public int current() {
    return limit.getLimit();
  }

  @Override
  public void onEnd(Sample sample) {
    switch (sample.ending()) {
      case SUCCESS -> learn(sample, false);
      case DROPPED -> learn(sample, true);
      case IGNORED -> {}
    }
  }

  private void learn(Sample sample, boolean overloaded) {
    limit.onSample(sample.start(), sample.nanos(), sample.live(), overloaded);
  }
}
