package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.testing.JavaCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** An application on a host, in a separate JVM. It prints its port when it has started. */
public final class OwnJvm implements AutoCloseable {
  /** The argument of an application that has no database. */
  public static final String NO_DATABASE =
      "--spring.autoconfigure.exclude=" + DataSourceAutoConfiguration.class.getName();

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Pattern PORT = Pattern.compile("^port=(\\d+)\\R", Pattern.MULTILINE);

  private final Process process;
  private final Path log;
  private final HttpClient observer = HttpClient.newHttpClient(); // shares no connection

  private OwnJvm(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Returns the command that starts an application on a free port. */
  public static JavaCommand command(Class<?> main) {
    return JavaCommand.of(main)
        .withAddOpens()
        .withOptions(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"))
        .withArguments(List.of("--server.port=0", "--spring.main.banner-mode=off"));
  }

  /**
   * Starts an application that calls {@link #run(Class, String...)}.
   *
   * @param directory where its output goes
   * @param options of the JVM
   * @param arguments of the application, beside those of the host
   */
  public static OwnJvm start(
      Host host, Class<?> main, Path directory, List<String> options, List<String> arguments)
      throws IOException {
    Path log = directory.resolve("log");
    Process process =
        command(main)
            .withOptions(options)
            .withArguments(
                List.of(
                    "--management.endpoints.web.exposure.include=greenlets",
                    "--greenlet.engine=" + host.engine(),
                    "--" + host.server().property()))
            .withArguments(arguments)
            .toProcess()
            .redirectOutput(log.toFile())
            .start();
    return new OwnJvm(process, log);
  }

  /** Runs the application, in the JVM that was started, and prints the port on which it serves. */
  public static ConfigurableApplicationContext run(Class<?> application, String... arguments) {
    ConfigurableApplicationContext context = SpringApplication.run(application, arguments);
    System.out.println("port=" + context.getEnvironment().getProperty("local.server.port"));
    return context;
  }

  /** Waits until the application has started, and returns its host and port. */
  public String awaitAddress() {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                PORT.matcher(output()).results().map(port -> "localhost:" + port.group(1)).toList(),
            found -> !found.isEmpty())
        .getFirst();
  }

  /** Returns how many lines of its greenlets, as the endpoint shows them, match the pattern. */
  public long countGreenlets(Pattern pattern) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + awaitAddress() + "/actuator/greenlets"))
            .timeout(PATIENCE)
            .header("Accept", "text/plain")
            .build();
    String forest = observer.send(request, BodyHandlers.ofString()).body();
    return pattern.matcher(forest).results().count();
  }

  /** Returns its output. */
  public String output() throws IOException {
    return Files.readString(log);
  }

  /** Sends the signal to stop. */
  public void signal() {
    process.destroy();
  }

  /** Waits for its end, and returns the exit status. */
  public int awaitEnd() throws Exception {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    observer.shutdownNow();
  }
}
