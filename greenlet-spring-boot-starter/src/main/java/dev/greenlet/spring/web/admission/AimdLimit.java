package dev.greenlet.spring.web.admission;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A limit that grows by one while requests are quick, and shrinks by a tenth when they are slow or
 * refused further behind: additive increase, multiplicative decrease, as TCP does it, by Netflix'
 * {@code concurrency-limits}. It judges once for each window of twice the time of the quickest
 * request, between 100 ms and 1 s, by the mean time of that window's requests; a window of fewer
 * than ten says nothing. It grows only while at least half of it is used.
 */
public final class AimdLimit implements ConcurrencyLimit {
  private static final double BACKOFF = 0.9;
  private static final long SHORTEST_WINDOW_MILLIS = 100;
  private static final long LONGEST_WINDOW_MILLIS = 1000;

  private final Limit limit;

  /**
   * Creates a limit that begins at its largest, for nothing says yet that it is too large.
   *
   * @param smallest where it ends to shrink
   * @param largest where it begins, and ends to grow
   * @param latencyLimit the mean time of a window's requests above which it shrinks
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
