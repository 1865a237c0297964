package dev.greenlet.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a process has used since its start. Switches and memory are read from {@code /proc}: where
 * there is none they are zero.
 *
 * @param processor the time on processors
 * @param switches the context switches of each living thread, by its id
 * @param residentBytes the memory that is resident now
 */
public record Usage(Duration processor, Map<String, Switches> switches, long residentBytes) {

  /** Nothing. */
  public static final Usage NONE = new Usage(Duration.ZERO, Map.of(), 0);

  /** Context switches. */
  public record Switches(long voluntary, long involuntary) {
    static final Switches NONE = new Switches(0, 0);

    Switches plus(Switches other) {
      return new Switches(voluntary + other.voluntary, involuntary + other.involuntary);
    }

    Switches minus(Switches other) {
      return new Switches(voluntary - other.voluntary, involuntary - other.involuntary);
    }
  }

  /** Reads what a process has used. */
  public static Usage of(long pid) {
    Duration processor =
        ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .orElse(Duration.ZERO);
    Path process = Path.of("/proc", String.valueOf(pid));
    Map<String, Switches> switches = new HashMap<>();
    for (Path thread : threads(process)) {
      List<String> status = status(thread);
      switches.put(
          thread.getFileName().toString(),
          new Switches(
              field(status, "voluntary_ctxt_switches"),
              field(status, "nonvoluntary_ctxt_switches")));
    }
    return new Usage(processor, switches, field(status(process), "VmRSS") * 1024);
  }

  /** Returns the switches since an earlier reading, of the threads that are alive now. */
  public Switches switchesSince(Usage earlier) {
    return switches.entrySet().stream()
        .map(
            thread ->
                thread
                    .getValue()
                    .minus(earlier.switches.getOrDefault(thread.getKey(), Switches.NONE)))
        .reduce(Switches.NONE, Switches::plus);
  }

  private static List<Path> threads(Path process) {
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      return threads.toList();
    } catch (IOException noProcfs) {
      return List.of();
    }
  }

  private static List<String> status(Path directory) {
    try {
      return Files.readAllLines(directory.resolve("status"));
    } catch (IOException ended) {
      return List.of();
    }
  }

  private static long field(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name + ":"))
        .findFirst()
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .orElse(0L);
  }
}
