package dev.greenlet.spring.shutdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.OwnJvm;
import dev.greenlet.spring.web.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGTERM to a JVM whose requests of every kind wait for longer than the stop may last. */
@Timeout(480)
class StopWithinBudgetTests {
  private static final List<String> ENDLESS =
      List.of("/sleep", "/jdbc", "/http", "/callable", "/deferred");
  private static final List<String> STREAMS = List.of("/events", "/stream");
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final Duration BUSY = Duration.ofSeconds(2); // what a busy machine may add

  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir private Path directory;

  @AfterEach
  void close() {
    client.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource(names = {"TOMCAT_PORTABLE", "JETTY_NATIVE"})
  void allIsAnsweredAndTheProcessEndsWithinAShortTimeoutOfAPhase(Host host) throws Exception {
    stop(host, 4, Duration.ofSeconds(4), "--spring.lifecycle.timeout-per-shutdown-phase=4s");
  }

  @ParameterizedTest
  @EnumSource(names = "TOMCAT_NATIVE")
  void allIsAnsweredAndTheProcessEndsWithinTheDefaults(Host host) throws Exception {
    stop(host, 4, Duration.ofSeconds(25));
  }

  @ParameterizedTest
  @EnumSource(Host.class)
  @Tag("soak")
  void manyAreAnsweredAndTheProcessEndsWithinTheDefaults(Host host) throws Exception {
    stop(host, 55, Duration.ofSeconds(25)); // of each kind: 500
  }

  @ParameterizedTest
  @EnumSource(Host.class)
  @Tag("soak")
  void manyAreAnsweredAndTheProcessEndsWithinAShortTimeoutOfAPhase(Host host) throws Exception {
    stop(host, 55, Duration.ofSeconds(4), "--spring.lifecycle.timeout-per-shutdown-phase=4s");
  }

  private void stop(Host host, int ofEachKind, Duration budget, String... properties)
      throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        OwnJvm jvm = start(host, silent.getLocalPort(), properties)) {
      String root = jvm.awaitAddress();
      Map<String, List<CompletableFuture<HttpResponse<String>>>> sent =
          send("http://" + root, ofEachKind);
      List<Conversation> conversations =
          Stream.generate(() -> Conversation.open(client, "ws://" + root + "/chat"))
              .limit(ofEachKind)
              .toList();
      awaitLive(jvm, ofEachKind);
      CompletableFuture<HttpResponse<String>> quick = get("http://" + root + "/short");
      awaitNamed(jvm, "GET /short", 1);

      long begun = System.nanoTime();
      jvm.signal();
      int status = jvm.awaitEnd();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);

      assertThat(quick.join().body()).isEqualTo("answered");
      for (String path : ENDLESS) {
        assertThat(sent.get(path)).as(path).allSatisfy(StopWithinBudgetTests::isRefused);
      }
      for (String path : STREAMS) {
        assertThat(sent.get(path)).as(path).allSatisfy(StopWithinBudgetTests::hasEnded);
      }
      assertThat(conversations).allSatisfy(each -> assertThat(each.ended).succeedsWithin(PATIENCE));
      assertThat(jvm.output())
          .containsPattern("Greenlet #\\d+ '.*' \\[executor-task] had not ended within PT")
          .doesNotContain("of being killed")
          .doesNotContain("still running after timeout");
      assertThat(status).isEqualTo(128 + 15);
      assertThat(took).isLessThan(budget.plus(BUSY));
    }
  }

  private static void isRefused(CompletableFuture<HttpResponse<String>> answer) {
    HttpResponse<String> response = answer.orTimeout(120, TimeUnit.SECONDS).join();
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.body()).contains("urn:greenlet:problem:cancelled");
  }

  private static void hasEnded(CompletableFuture<HttpResponse<String>> answer) {
    assertThat(answer.handle((_, _) -> true)).succeedsWithin(PATIENCE);
  }

  private Map<String, List<CompletableFuture<HttpResponse<String>>>> send(
      String root, int ofEachKind) {
    assertThat(get(root + "/task").join().body()).isEqualTo("accepted");
    Map<String, List<CompletableFuture<HttpResponse<String>>>> sent = new LinkedHashMap<>();
    for (String path : Stream.concat(ENDLESS.stream(), STREAMS.stream()).toList()) {
      sent.put(path, Stream.generate(() -> get(root + path)).limit(ofEachKind).toList());
    }
    return sent;
  }

  private static void awaitLive(OwnJvm jvm, int ofEachKind) {
    for (String path : Stream.concat(ENDLESS.stream(), STREAMS.stream()).toList()) {
      awaitNamed(jvm, "GET " + path, ofEachKind);
    }
    awaitNamed(jvm, "WS /chat", ofEachKind);
  }

  private static void awaitNamed(OwnJvm jvm, String name, int count) {
    Pattern named = Pattern.compile("^#\\d+ " + name + "[, ]", Pattern.MULTILINE);
    await().atMost(PATIENCE).until(() -> jvm.countGreenlets(named) >= count);
  }

  private CompletableFuture<HttpResponse<String>> get(String uri) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString());
  }

  private OwnJvm start(Host host, int silent, String... properties) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(properties));
    arguments.add("--greenlet.hubs=2");
    arguments.add("--jetty=" + (host.server() == WebServer.JETTY));
    arguments.add("--silent=http://localhost:" + silent);
    arguments.add("--spring.datasource.url=" + TestPostgres.url());
    return OwnJvm.start(host, BusyApplication.class, directory, List.of(), arguments);
  }

  /** A session whose message is being handled. */
  private static final class Conversation implements WebSocket.Listener {
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    static Conversation open(HttpClient client, String uri) {
      Conversation opened = new Conversation();
      WebSocket socket = client.newWebSocketBuilder().buildAsync(URI.create(uri), opened).join();
      socket.sendText("hello", true).join();
      return opened;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      ended.complete(true);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      ended.complete(true);
    }
  }
}
