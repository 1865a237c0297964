package dev.greenlet.bench.load;

import dev.greenlet.bench.process.Child;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The load generator {@code wrk}; every call is a process with connections of its own. */
final class WrkDriver implements Driver {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TIMEOUT = "30s";

  private final Path logs;

  WrkDriver(Path logs) {
    this.logs = logs;
  }

  static boolean isInstalled() {
    return Stream.of(
            Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "wrk")));
  }

  @Override
  public String describe() {
    String version = run(List.of("wrk", "--version"), PATIENCE).split(" Copyright")[0];
    return "%s, %d threads".formatted(version, LoadMain.THREADS);
  }

  @Override
  public Load drive(Target target, Duration lead, Duration time, Window window) {
    if (lead.isPositive()) {
      run(command(target, lead), lead.plus(PATIENCE));
    }
    window.begin();
    String output = run(command(target, time), time.plus(PATIENCE));
    window.end();
    return WrkOutput.parse(output);
  }

  private static List<String> command(Target target, Duration time) {
    return List.of(
        "wrk",
        "--threads=" + Math.min(LoadMain.THREADS, target.connections()),
        "--connections=" + target.connections(),
        "--duration=" + Math.max(1, time.toSeconds()) + "s",
        "--timeout=" + TIMEOUT,
        "--latency",
        "http://localhost:%d%s".formatted(target.port(), target.path()));
  }

  private String run(List<String> command, Duration limit) {
    try (Child wrk = Child.start("wrk", logs, command)) {
      return wrk.receiveAll(limit);
    }
  }

  @Override
  public void close() {
    // Each process has ended with its call.
  }
}
