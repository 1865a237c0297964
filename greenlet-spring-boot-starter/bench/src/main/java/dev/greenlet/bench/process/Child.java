package dev.greenlet.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A process of the bench. Every wait for it is bounded, and it ends when it is closed or, at the
 * latest, with the JVM of the bench.
 */
public final class Child implements AutoCloseable {
  private static final Duration END = Duration.ofSeconds(20);
  private static final Executor READERS = Thread::startVirtualThread;
  private static final Set<Process> LIVE = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> LIVE.forEach(Process::destroy)));
  }

  private final String name;
  private final Process process;
  private final Path log;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    LIVE.add(process);
  }

  /** Starts a command, with its standard error in a file of the directory. */
  public static Child start(String name, Path logs, List<String> command) {
    try {
      Files.createDirectories(logs);
      Path log = logs.resolve(name + ".log");
      return new Child(
          name,
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start(),
          log);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Starts a class of the class path of this JVM. */
  public static Child startJava(
      String name, Path logs, List<String> options, Class<?> main, List<String> arguments) {
    return startJava(name, logs, System.getProperty("java.class.path"), options, main, arguments);
  }

  /** Starts a class in a JVM like this one. */
  public static Child startJava(
      String name,
      Path logs,
      String classPath,
      List<String> options,
      Class<?> main,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    return start(name, logs, command);
  }

  public long pid() {
    return process.pid();
  }

  /** Sends a line. */
  public void send(String line) {
    try {
      process.outputWriter().append(line).append('\n').flush();
    } catch (IOException ended) {
      throw new IllegalStateException("%s has ended, see %s".formatted(name, log), ended);
    }
  }

  /** Returns the next line of its output. */
  public String receive(Duration limit) {
    String line = within(limit, () -> process.inputReader().readLine());
    if (line == null) {
      throw new IllegalStateException("%s has ended, see %s".formatted(name, log));
    }
    return line;
  }

  /** Returns the rest of its output, once it has ended. */
  public String receiveAll(Duration limit) {
    return String.valueOf(
        within(limit, () -> String.join("\n", process.inputReader().lines().toList())));
  }

  private <T> @Nullable T within(Duration limit, Reading<@Nullable T> reading) {
    CompletableFuture<@Nullable T> result =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return reading.read();
              } catch (IOException failure) {
                throw new UncheckedIOException(failure);
              }
            },
            READERS);
    try {
      return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IllegalStateException(
          "%s did not answer within %d s, see %s".formatted(name, limit.toSeconds(), log), late);
    } catch (ExecutionException | InterruptedException failure) {
      throw new IllegalStateException("%s failed, see %s".formatted(name, log), failure);
    }
  }

  /** Ends the process: by the end of its input, or by force if that takes too long. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
    }
    LIVE.remove(process);
  }

  @FunctionalInterface
  private interface Reading<T extends @Nullable Object> {
    T read() throws IOException;
  }
}
