package dev.greenlet.bench;

import dev.greenlet.bench.app.Mode;
import dev.greenlet.bench.load.DriverChoice;
import dev.greenlet.bench.report.Build;
import dev.greenlet.bench.report.Contender;
import dev.greenlet.bench.report.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run measures, and how long.
 *
 * @param modes the modes, each in a JVM of its own
 * @param workloads the workloads, one after the other
 * @param forks how often the JVMs of a workload are started anew
 * @param rounds the rounds of each fork
 * @param lead how long a mode is asked before its window in a round
 * @param window how long it is measured in a round
 * @param warmUp how long it is warmed up at most
 * @param driver what sends the requests
 * @param jvmOptions options for the JVMs of all modes
 * @param directory where results and logs go
 * @param before another commit of the library, which takes turns with this one
 */
record Settings(
    List<Mode> modes,
    List<Workload> workloads,
    int forks,
    int rounds,
    Duration lead,
    Duration window,
    Duration warmUp,
    DriverChoice driver,
    List<String> jvmOptions,
    Path directory,
    Optional<Checkout> before) {

  /** Reads the properties {@code bench.*}; one that is blank has its default. */
  static Settings from(Properties properties) {
    return new Settings(
        properties.list("modes", Mode.values(), Mode::id),
        properties.list("workloads", Workload.values(), Workload::id),
        properties.positive("forks", 1),
        properties.positive("rounds", 15),
        Duration.ofMillis(300),
        Duration.ofSeconds(properties.positive("seconds", 1)),
        Duration.ofSeconds(properties.positive("warm-up", 30)),
        properties.one("driver", DriverChoice.values(), DriverChoice::id),
        properties.text("jvm-options").map(it -> List.of(it.split("\\s+"))).orElse(List.of()),
        Path.of(properties.text("directory").orElse("target/bench")),
        properties.text("before").map(Path::of).map(Checkout::new));
  }

  /** Returns what takes turns: each mode, and each with the earlier build if there is one. */
  List<Contender> contenders() {
    List<Build> builds = before.isPresent() ? List.of(Build.values()) : List.of(Build.NOW);
    return modes.stream()
        .flatMap(mode -> builds.stream().map(build -> new Contender(mode, build)))
        .toList();
  }

  /** Returns the class path of a build. */
  String classPath(Build build) {
    return switch (build) {
      case NOW -> System.getProperty("java.class.path");
      case BEFORE -> before.orElseThrow().classPath();
    };
  }

  Path logs() {
    return directory.resolve("logs");
  }

  /** Returns the number and the length of the rounds, in words. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "rounds: %d of %.1f s, forks: %d%s",
        rounds,
        window.toMillis() / 1e3,
        forks,
        jvmOptions.isEmpty() ? "" : ", JVM options: " + String.join(" ", jvmOptions));
  }
}
