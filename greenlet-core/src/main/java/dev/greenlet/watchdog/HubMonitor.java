package dev.greenlet.watchdog;

import dev.greenlet.Hub;
import dev.greenlet.Slice;
import dev.greenlet.schedule.TimeSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches one hub: remembers the slice it saw running, and since when, and finds out at the next
 * looks whether that one is still going on. One caller at a time, except for {@link #isBlocked}.
 */
final class HubMonitor {

  /** After how many thresholds an incident is reported again. */
  static final int LASTING = 10;

  /** Makes something known of an incident. */
  interface Reporter {

    /** Reports an incident; returns the report. */
    HubBlockedEvent blocked(Hub hub, Finding finding);

    /** Reports that an incident that was reported lasts. */
    void stillBlocked(Hub hub, Finding finding);

    /** Tells that an incident that was told is over. */
    void recovered(HubBlockedEvent incident, long nanos);
  }

  /**
   * What is known of a slice that lasts.
   *
   * @param loadedClasses whether the JVM has loaded classes meanwhile
   * @param suppressed how many earlier incidents were not reported
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
  private @Nullable HubBlockedEvent told;
  private boolean toldAgain;
  private long suppressed;
  private volatile boolean blocked;

  HubMonitor(Hub hub, WatchdogOptions options, Reporter reporter) {
    this.hub = hub;
    this.time = options.time();
    this.loadedClasses = options.loadedClasses();
    this.thresholdNanos = Nanos.of(options.threshold());
    this.limit = new RateLimit(options.incidents(), Nanos.of(options.window()));
    this.reporter = reporter;
  }

  void look() {
    long now = time.nanoTime(); // before the look: what still runs then has lasted until now
    Slice slice = seen;
    if (slice == null || !slice.isRunning()) {
      if (blocked) {
        end(now);
      }
      seenClasses = loadedClasses.getAsLong();
      seen = hub.slice();
      seenNanos = time.nanoTime(); // after the look: what ran then began before
    } else if (!blocked && now - seenNanos >= thresholdNanos) {
      begin(slice, now);
    } else if (told != null && !toldAgain && (now - seenNanos) / LASTING >= thresholdNanos) {
      toldAgain = true;
      reporter.stillBlocked(hub, finding(slice, now, 0));
    }
  }

  private void begin(Slice slice, long now) {
    blocked = true;
    if (limit.tryAcquire(now)) {
      told = reporter.blocked(hub, finding(slice, now, suppressed));
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
    toldAgain = false;
    HubBlockedEvent incident = told;
    told = null;
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
