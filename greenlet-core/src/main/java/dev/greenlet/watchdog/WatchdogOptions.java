package dev.greenlet.watchdog;

import dev.greenlet.schedule.TimeSource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The options of a watchdog. Immutable; any thread may use them.
 *
 * @param threshold the longest time that a slice may last; hubs are looked at every half of it
 * @param incidents the largest number of incidents of one hub that are reported within a window;
 *     further ones are counted
 * @param window the length of that window
 * @param time the clock
 * @param loadedClasses returns the number of classes that the JVM has loaded so far, which
 *     distinguishes a first use from code that is always slow; called by the looking thread, at
 *     every look
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
   * @param threshold the longest time that a slice may last; positive
   * @param incidents the largest number of incidents of one hub that are reported within a window;
   *     at least 1
   * @param window the length of that window; positive
   * @param time the clock
   * @param loadedClasses returns the number of classes that the JVM has loaded so far
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
   * Returns the default options: a threshold of 100 ms, at most ten incidents of a hub per minute,
   * the clock of the machine.
   *
   * @return the options
   */
  public static WatchdogOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns these options with another threshold.
   *
   * @param threshold the longest time that a slice may last
   * @return the options
   * @throws IllegalArgumentException if it is not positive
   */
  public WatchdogOptions withThreshold(Duration threshold) {
    return new WatchdogOptions(threshold, incidents, window, time, loadedClasses);
  }

  /**
   * Returns these options with another limit of reports.
   *
   * @param incidents the largest number of incidents of one hub that are reported within a window
   * @param window the length of that window
   * @return the options
   * @throws IllegalArgumentException if one of them is not positive
   */
  public WatchdogOptions withAtMost(int incidents, Duration window) {
    return new WatchdogOptions(threshold, incidents, window, time, loadedClasses);
  }

  /**
   * Returns these options with another clock.
   *
   * @param time the clock
   * @return the options
   */
  public WatchdogOptions withTime(TimeSource time) {
    return new WatchdogOptions(threshold, incidents, window, time, loadedClasses);
  }

  /**
   * Returns these options with another counter of classes.
   *
   * @param loadedClasses returns the number of classes that the JVM has loaded so far
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
