package dev.greenlet.bench.report;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Where and how a run was made.
 *
 * @param begun when it began
 * @param cores the processors
 * @param system the operating system with its version
 * @param java the JVM with its version
 * @param loadBefore the load average of the last minute before the run; negative where unknown
 * @param driver what sent the requests
 * @param settings the number and length of the rounds
 */
public record Machine(
    Instant begun,
    int cores,
    String system,
    String java,
    double loadBefore,
    String driver,
    String settings) {

  /** Looks at this machine. */
  public static Machine look(String driver, String settings) {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        system.getAvailableProcessors(),
        "%s %s %s".formatted(system.getName(), system.getVersion(), system.getArch()),
        "%s %s".formatted(System.getProperty("java.vm.name"), Runtime.version()),
        system.getSystemLoadAverage(),
        driver,
        settings);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s; %d cores, %s; %s; load average before %.1f; %s; %s",
        begun,
        cores,
        system,
        java,
        loadBefore,
        driver,
        settings);
  }
}
