package dev.greenlet.bench.load;

/**
 * What came back in a window of time.
 *
 * @param requests the requests that were answered
 * @param errors the requests that were not, or with a status other than 200
 * @param seconds the length of the window
 * @param p50Millis the median of the latencies
 * @param p99Millis the 99th percentile of the latencies
 */
public record Load(long requests, long errors, double seconds, double p50Millis, double p99Millis) {

  /** Returns the requests that were answered in a second. */
  public double perSecond() {
    return requests / seconds;
  }
}
