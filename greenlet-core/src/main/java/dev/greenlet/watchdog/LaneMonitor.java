package dev.greenlet.watchdog;

import dev.greenlet.SharedLane;
import dev.greenlet.schedule.TimeSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches one lane with several carriers for starvation. One caller at a time. */
final class LaneMonitor {

  /** Receives incidents. */
  interface Reporter {

    /** Reports that a lane is starved; returns the report. */
    LaneStarvedEvent starved(SharedLane lane, Duration duration, long suppressed);

    /** Reports that a reported incident is over. */
    void recovered(LaneRecoveredEvent event);
  }

  private final SharedLane lane;
  private final Duration threshold;
  private final TimeSource time;
  private final RateLimit limit;
  private final Reporter reporter;

  private boolean starved;
  private Duration lasted = Duration.ZERO;
  private @Nullable LaneStarvedEvent reported;
  private long suppressed;

  LaneMonitor(SharedLane lane, WatchdogOptions options, Reporter reporter) {
    this.lane = lane;
    this.threshold = options.threshold();
    this.time = options.time();
    this.limit = new RateLimit(options.incidents(), TimeUnit.NANOSECONDS.convert(options.window()));
    this.reporter = reporter;
  }

  void look() {
    Duration present = lane.starved();
    boolean now = present.compareTo(threshold) >= 0;
    if (now) {
      lasted = present;
    }
    if (now && !starved) {
      begin(present);
    } else if (!now && starved) {
      end();
    }
    starved = now;
  }

  private void begin(Duration duration) {
    if (limit.tryAcquire(time.nanoTime())) {
      reported = reporter.starved(lane, duration, suppressed);
      suppressed = 0;
    } else {
      suppressed++;
    }
  }

  private void end() {
    LaneStarvedEvent incident = reported;
    reported = null;
    if (incident != null) {
      reporter.recovered(new LaneRecoveredEvent(incident, lasted));
    }
  }
}
