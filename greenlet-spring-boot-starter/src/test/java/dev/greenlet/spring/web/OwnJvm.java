package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** An application on a host, in a JVM of its own. Prints its port when it is up. */
public final class OwnJvm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Pattern PORT = Pattern.compile("^port=(\\d+)\\R", Pattern.MULTILINE);

  private final Process process;
  private final Path log;

  private OwnJvm(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts an application.
   *
   * @param directory where its output goes
   * @param options of the JVM
   * @param arguments of the application, beside those of the host
   */
  public static OwnJvm start(
      Host host, Class<?> main, Path directory, List<String> options, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED", "-Xshare:auto"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.add("--server.port=0");
    command.add("--spring.main.banner-mode=off");
    command.add("--management.endpoints.web.exposure.include=greenlets");
    command.add("--greenlet.engine=" + host.engine());
    command.add("--" + host.server().property());
    command.addAll(arguments);
    Path log = directory.resolve("log");
    return new OwnJvm(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(),
        log);
  }

  /** Waits until the application is up, and returns its host and port. */
  public String awaitAddress() {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                PORT.matcher(output()).results().map(port -> "localhost:" + port.group(1)).toList(),
            found -> !found.isEmpty())
        .getFirst();
  }

  /** Returns what it has printed. */
  public String output() throws IOException {
    return Files.readString(log);
  }

  /** Sends the signal to stop. */
  public void signal() {
    process.destroy();
  }

  /** Waits for the end, and returns the status. */
  public int awaitEnd() throws Exception {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
