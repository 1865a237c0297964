package dev.greenlet.spring.shutdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.spring.web.Host;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGTERM to a JVM that has requests at work and in the queues of its lanes. */
@Timeout(180)
class StopUnderLoadTests {
  private static final int REQUESTS = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern OTHER_THAN_THE_OBSERVER =
      Pattern.compile("^#(?!\\d+ GET /actuator/)", Pattern.MULTILINE);

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(names = {"TOMCAT_NATIVE", "JETTY_PORTABLE"})
  void everyRequestThatWasAcceptedIsAnswered(Host host) throws Exception {
    stopUnderLoad(host);
  }

  @ParameterizedTest
  @EnumSource(names = {"TOMCAT_PORTABLE", "JETTY_NATIVE"})
  @Tag("soak")
  void onTheOtherHostsToo(Host host) throws Exception {
    stopUnderLoad(host);
  }

  private void stopUnderLoad(Host host) throws Exception {
    Path gate = directory.resolve("open");
    Process process = start(host, gate);
    HttpClient client = HttpClient.newHttpClient();
    HttpClient observer = HttpClient.newHttpClient(); // none of its connections belongs on the hub
    try (BufferedReader log = process.inputReader()) {
      String root = "http://localhost:" + awaitLine(log, "port=").substring("port=".length());
      List<CompletableFuture<HttpResponse<String>>> first = send(client, root + "/quick");
      assertThat(first).allSatisfy(StopUnderLoadTests::isAnswered);

      List<CompletableFuture<HttpResponse<String>>> answers = send(client, root + "/gate");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(liveIn(observer, root)).isGreaterThanOrEqualTo(REQUESTS));
      process.toHandle().destroy(); // Process.destroy would close the log
      awaitLine(log, "Commencing graceful shutdown", "accepted requests that have not begun");
      Files.createFile(gate);

      assertThat(answers).allSatisfy(StopUnderLoadTests::isAnswered);
      log.lines().forEach(line -> {}); // or it would wait for a reader
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(128 + 15);
    } finally {
      process.destroyForcibly();
      client.shutdownNow();
      observer.shutdownNow();
    }
  }

  private static void isAnswered(CompletableFuture<HttpResponse<String>> answer) {
    HttpResponse<String> response = answer.orTimeout(60, TimeUnit.SECONDS).join();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("answered");
  }

  private static Process start(Host host, Path gate) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StoppedApplication.class.getName());
    Stream.of(
            "server.port=0",
            "greenlet.engine=" + host.engine(),
            "greenlet.hubs=1",
            "gate=" + gate,
            "server.tomcat.accept-count=2000",
            "spring.main.banner-mode=off",
            "management.endpoints.web.exposure.include=greenlets",
            host.server().property()
                + ",org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
        .forEach(property -> command.add("--" + property));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String awaitLine(BufferedReader log, String... wanted) throws IOException {
    List<String> seen = new ArrayList<>();
    String line;
    while ((line = log.readLine()) != null) {
      if (Stream.of(wanted).anyMatch(line::contains)) {
        return line;
      }
      seen.add(line);
    }
    throw new AssertionError("None of " + List.of(wanted) + " in\n" + String.join("\n", seen));
  }

  private static List<CompletableFuture<HttpResponse<String>>> send(HttpClient client, String uri) {
    return Stream.generate(() -> client.sendAsync(request(uri), BodyHandlers.ofString()))
        .limit(REQUESTS)
        .toList();
  }

  private static long liveIn(HttpClient client, String root) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(root + "/actuator/greenlets"))
            .header("Accept", "text/plain")
            .build();
    String forest = client.send(request, BodyHandlers.ofString()).body();
    return OTHER_THAN_THE_OBSERVER.matcher(forest).results().count();
  }

  private static HttpRequest request(String uri) {
    return HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE).build();
  }
}
