package dev.greenlet.watchdog;

import dev.greenlet.Hub;
import dev.greenlet.Slice;
import dev.greenlet.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Watches one hub: remembers the slice it saw running, and since when, and finds out at the next
 * looks whether that one is still going on. One caller at a time, except for {@link #isBlocked}.
 */
final class HubMonitor {

  /** Makes something known of an incident. */
  interface Reporter {

    /** Tells of an incident; returns what was told. */
    HubBlockedEvent blocked(Hub hub, Slice slice, long nanos, long suppressed);

    /** Tells that an incident that was told is over. */
    void recovered(HubBlockedEvent incident, long nanos);
  }

  private final Hub hub;
  private final TimeSource time;
  private final long thresholdNanos;
  private final RateLimit limit;
  private final Reporter reporter;

  private @Nullable Slice seen;
  private long seenNanos;
  private @Nullable HubBlockedEvent told;
  private long suppressed;
  private volatile boolean blocked;

  HubMonitor(Hub hub, WatchdogOptions options, Reporter reporter) {
    this.hub = hub;
    this.time = options.time();
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
      seen = hub.slice();
      seenNanos = time.nanoTime(); // after the look: what ran then began before
    } else if (!blocked && now - seenNanos >= thresholdNanos) {
      begin(slice, now);
    }
  }

  private void begin(Slice slice, long now) {
    blocked = true;
    if (limit.tryAcquire(now)) {
      told = reporter.blocked(hub, slice, now - seenNanos, suppressed);
      suppressed = 0;
    } else {
      suppressed++;
    }
  }

  private void end(long now) {
    blocked = false;
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
