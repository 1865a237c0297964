package dev.greenlet.watchdog;

import dev.greenlet.Hub;
import dev.greenlet.Slice;
import dev.greenlet.schedule.TimeSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches one hub: remembers the slice that it saw running, and since when, and determines at the
 * next looks whether it still runs. One caller at a time, except for {@link #isBlocked}.
 */
final class HubMonitor {

  /** The number of thresholds after which an incident is reported again. */
  static final int LASTING = 10;

  /** Receives incidents. */
  interface Reporter {

    /** Reports an incident; returns the report. */
    HubBlockedEvent blocked(Hub hub, Finding finding);

    /** Reports that a reported incident persists. */
    void stillBlocked(Hub hub, Finding finding);

    /** Reports that a reported incident is over. */
    void recovered(HubBlockedEvent incident, long nanos);
  }

  /**
   * A long slice.
   *
   * @param loadedClasses whether the JVM has loaded classes meanwhile
   * @param suppressed the number of earlier incidents that were not reported
   */
  record Finding(Slice slice, long nanos, boolean loadedClasses, long suppressed) {}

  private final Hub hub;
  private final TimeSource time;
  private final LongSupplier loadedClasses;
  private final long thresholdNanos;
  private final RateLimit limit;
  private final Reporter reporter;

  private @Nullable Slice seen;
  private long seenNanos;
  private long seenClasses;
  private @Nullable HubBlockedEvent reported;
  private boolean reportedAgain;
  private long suppressed;
  private volatile boolean blocked;

  HubMonitor(Hub hub, WatchdogOptions options, Reporter reporter) {
    this.hub = hub;
    this.time = options.time();
    this.loadedClasses = options.loadedClasses();
    this.thresholdNanos = TimeUnit.NANOSECONDS.convert(options.threshold());
    this.limit = new RateLimit(options.incidents(), TimeUnit.NANOSECONDS.convert(options.window()));
    this.reporter = reporter;
  }

  void look() {
    long now = time.nanoTime(); // read before the look: the slice has lasted at least until now
    Slice slice = seen;
    if (slice == null || !slice.isRunning()) {
      if (blocked) {
        end(now);
      }
      seenClasses = loadedClasses.getAsLong();
      seen = hub.slice();
      seenNanos = time.nanoTime(); // read after the look: the slice began before
    } else if (!blocked && now - seenNanos >= thresholdNanos) {
      begin(slice, now);
    } else if (reported != null
        && !reportedAgain
        && (now - seenNanos) / LASTING >= thresholdNanos) {
      reportedAgain = true;
      reporter.stillBlocked(hub, finding(slice, now, 0));
    }
  }

  private void begin(Slice slice, long now) {
    blocked = true;
    if (limit.tryAcquire(now)) {
      reported = reporter.blocked(hub, finding(slice, now, suppressed));
      suppressed = 0;
    } else {
      suppressed++;
    }
  }

  private Finding finding(Slice slice, long now, long unreported) {
    boolean loaded = loadedClasses.getAsLong() > seenClasses;
    return new Finding(slice, now - seenNanos, loaded, unreported);
  }

  private void end(long now) {
    blocked = false;
    reportedAgain = false;
    HubBlockedEvent incident = reported;
    reported = null;
    if (incident != null) {
      reporter.recovered(incident, now - seenNanos);
    }
  }

  boolean watches(Hub other) {
    return hub == other;
  }

  boolean isBlocked() {
    return blocked;
  }

  boolean isOver() {
    return hub.state() == Hub.State.CLOSED;
  }
}
