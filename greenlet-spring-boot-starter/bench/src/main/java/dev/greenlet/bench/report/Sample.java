package dev.greenlet.bench.report;

import dev.greenlet.bench.load.Load;
import dev.greenlet.bench.process.Usage;
import dev.greenlet.bench.process.Usage.Switches;

/**
 * What one mode did in one round.
 *
 * @param perSecond the requests that were answered in a second
 * @param p50Millis the median of the latencies
 * @param p99Millis the 99th percentile of the latencies
 * @param cpuMicros the processor time of the server, for each request
 * @param voluntary the voluntary context switches of the server, for each request
 * @param involuntary the involuntary context switches of the server, for each request
 * @param residentMegabytes the resident memory of the server at the end
 * @param errors the requests that failed
 */
public record Sample(
    double perSecond,
    double p50Millis,
    double p99Millis,
    double cpuMicros,
    double voluntary,
    double involuntary,
    double residentMegabytes,
    long errors) {

  /** Returns what came back, and what the server used for it. */
  public static Sample of(Load load, Usage before, Usage after) {
    double requests = Math.max(1, load.requests());
    Switches switches = after.switchesSince(before);
    return new Sample(
        load.perSecond(),
        load.p50Millis(),
        load.p99Millis(),
        after.processor().minus(before.processor()).toNanos() / 1e3 / requests,
        switches.voluntary() / requests,
        switches.involuntary() / requests,
        after.residentBytes() / 1e6,
        load.errors());
  }
}
