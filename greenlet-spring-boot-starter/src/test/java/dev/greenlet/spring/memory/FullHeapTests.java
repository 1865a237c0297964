package dev.greenlet.spring.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.OwnJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
    try (OwnJvm jvm = start(host);
        HttpClient client = HttpClient.newHttpClient()) {
      String root = "http://" + jvm.awaitAddress();
      assertServes(client, root);
      List<String> before = names(get(client, root + "/threads"));

      Stream.generate(() -> send(client, root + "/allocate"))
          .limit(REQUESTS)
          .toList()
          .forEach(FullHeapTests::awaitAnyEnd);

      assertThat(jvm.output()).contains("OutOfMemoryError");
      assertServes(client, root);
      assertThat(names(get(client, root + "/threads"))).containsAll(before);
    }
  }

  /** The containers' own threads do not all survive that, so there is no request here. */
  @ParameterizedTest
  @EnumSource(names = {"TOMCAT_PORTABLE", "JETTY_NATIVE"})
  void noThreadOfTheLibraryEndsWhileTheHeapIsFull(Host host) throws Exception {
    try (OwnJvm jvm = start(host, "fill")) {
      assertThat(jvm.awaitEnd()).as(jvm.output()).isZero();
      assertThat(jvm.output()).contains("works");
      assertThat(threads(jvm.output(), "after=")).containsAll(threads(jvm.output(), "before="));
    }
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

  private OwnJvm start(Host host, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add("--greenlet.hubs=2");
    arguments.add(OwnJvm.NO_DATABASE);
    return OwnJvm.start(host, FullHeapApplication.class, directory, List.of("-Xmx160m"), arguments);
  }
}
