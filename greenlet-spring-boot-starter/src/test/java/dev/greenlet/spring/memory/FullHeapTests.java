package dev.greenlet.spring.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.spring.web.Host;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests fill the heap of an application, so that any allocation in its JVM may fail. */
@Timeout(180)
class FullHeapTests {
  private static final int REQUESTS = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(names = {"TOMCAT_NATIVE", "JETTY_PORTABLE"})
  void requestsThatFindNoRoomLeaveTheNextOneAnswered(Host host) throws Exception {
    requestsFindNoRoom(host);
  }

  @ParameterizedTest
  @EnumSource(names = {"TOMCAT_PORTABLE", "JETTY_NATIVE"})
  @Tag("soak")
  void requestsThatFindNoRoomLeaveTheNextOneAnsweredElsewhere(Host host) throws Exception {
    requestsFindNoRoom(host);
  }

  private void requestsFindNoRoom(Host host) throws Exception {
    Path log = directory.resolve("log");
    Process process = start(host, log);
    try (HttpClient client = HttpClient.newHttpClient()) {
      String root = "http://localhost:" + awaitPort(log);
      assertServes(client, root);
      List<String> before = names(get(client, root + "/threads"));

      Stream.generate(() -> send(client, root + "/allocate"))
          .limit(REQUESTS)
          .toList()
          .forEach(FullHeapTests::awaitAnyEnd);

      assertThat(Files.readString(log)).contains("OutOfMemoryError");
      assertServes(client, root);
      assertThat(names(get(client, root + "/threads"))).containsAll(before);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The containers' own threads do not all survive that, so there is no request here. */
  @ParameterizedTest
  @EnumSource(names = {"TOMCAT_PORTABLE", "JETTY_NATIVE"})
  void noThreadOfTheLibraryEndsWhileTheHeapIsFull(Host host) throws Exception {
    Path log = directory.resolve("log");
    Process process = start(host, log, "fill");
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(log);
    assertThat(output).contains("works");
    assertThat(threads(output, "after=")).containsAll(threads(output, "before="));
  }

  private static List<String> threads(String output, String prefix) {
    return output
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> List.of(line.substring(prefix.length()).split(",")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No line '" + prefix + "' in\n" + output));
  }

  private static void assertServes(HttpClient client, String root) {
    for (String path : List.of("/hub", "/shared", "/hub", "/shared", "/hub", "/shared")) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(get(client, root + path)).isEqualTo("answered"));
    }
  }

  private static String get(HttpClient client, String uri) throws Exception {
    HttpResponse<String> response = client.send(request(uri), BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private static List<String> names(String json) {
    assertThat(json).startsWith("[\"");
    return List.of(json.substring(2, json.length() - 2).split("\",\""));
  }

  private static CompletableFuture<?> send(HttpClient client, String uri) {
    return client.sendAsync(request(uri), BodyHandlers.ofString());
  }

  private static HttpRequest request(String uri) {
    return HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(20)).build();
  }

  private static void awaitAnyEnd(CompletableFuture<?> answer) {
    answer.exceptionally(failure -> null).join();
  }

  private static Process start(Host host, Path log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx160m", "--add-opens", "java.base/java.lang=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(FullHeapApplication.class.getName());
    Stream.of(
            "server.port=0",
            "greenlet.engine=" + host.engine(),
            "greenlet.hubs=2",
            "spring.main.banner-mode=off",
            host.server().property()
                + ",org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
        .forEach(property -> command.add("--" + property));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static String awaitPort(Path log) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                Files.readAllLines(log).stream()
                    .filter(line -> line.startsWith("port="))
                    .map(line -> line.substring("port=".length()))
                    .findFirst()
                    .orElse(""),
            port -> !port.isEmpty());
  }
}
