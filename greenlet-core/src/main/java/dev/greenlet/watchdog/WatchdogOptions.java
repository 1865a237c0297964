package dev.greenlet.watchdog;

import dev.greenlet.schedule.TimeSource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * What a watchdog goes by. Immutable.
 *
 * @param threshold how long a slice may last; hubs are looked at every half of it
 * @param incidents how many incidents of one hub are told within a window; the others are counted
 * @param window how long that window is
 * @param time the clock
 * @param loadedClasses how many classes the JVM has loaded so far, which tells a first use from one
 *     that is slow every time; asked by the thread that looks, at every look
 */
public record WatchdogOptions(
    Duration threshold,
    int incidents,
    Duration window,
    TimeSource time,
    LongSupplier loadedClasses) {
  private static final WatchdogOptions DEFAULTS =
      new WatchdogOptions(
          Duration.ofMillis(100),
          10,
          Duration.ofMinutes(1),
          TimeSource.system(),
          ManagementFactory.getClassLoadingMXBean()::getTotalLoadedClassCount);

  /**
   * Creates options.
   *
   * @param threshold how long a slice may last; positive
   * @param incidents how many incidents of one hub are told within a window; at least 1
   * @param window how long that window is; positive
   * @param time the clock
   * @param loadedClasses how many classes the JVM has loaded so far
   * @throws IllegalArgumentException if a number is out of range
   */
  public WatchdogOptions {
    requirePositive("threshold", threshold);
    if (incidents < 1) {
      throw new IllegalArgumentException("'incidents' must be at least 1, was " + incidents);
    }
    requirePositive("window", window);
    Objects.requireNonNull(time, "'time' must not be null");
    Objects.requireNonNull(loadedClasses, "'loadedClasses' must not be null");
  }

  /**
   * A threshold of 100 ms, at most ten incidents of a hub in a minute, the time of the machine.
   *
   * @return the options
   */
  public static WatchdogOptions defaults() {
    return DEFAULTS;
  }

  /**
   * The same with another threshold.
   *
   * @param threshold how long a slice may last
   * @return the options
   * @throws IllegalArgumentException if it is not positive
   */
  public WatchdogOptions withThreshold(Duration threshold) {
    return new WatchdogOptions(threshold, incidents, window, time, loadedClasses);
  }

  /**
   * The same with another limit.
   *
   * @param incidents how many incidents of one hub are told within a window
   * @param window how long that window is
   * @return the options
   * @throws IllegalArgumentException if one of them is not positive
   */
  public WatchdogOptions withAtMost(int incidents, Duration window) {
    return new WatchdogOptions(threshold, incidents, window, time, loadedClasses);
  }

  /**
   * The same with another clock.
   *
   * @param time the clock
   * @return the options
   */
  public WatchdogOptions withTime(TimeSource time) {
    return new WatchdogOptions(threshold, incidents, window, time, loadedClasses);
  }

  /**
   * The same with another count of classes.
   *
   * @param loadedClasses how many classes the JVM has loaded so far
   * @return the options
   */
  public WatchdogOptions withLoadedClasses(LongSupplier loadedClasses) {
    return new WatchdogOptions(threshold, incidents, window, time, loadedClasses);
  }

  private static void requirePositive(String what, Duration duration) {
    Objects.requireNonNull(duration, "'" + what + "' must not be null");
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("'%s' must be positive, was %s".formatted(what, duration));
    }
  }
}
