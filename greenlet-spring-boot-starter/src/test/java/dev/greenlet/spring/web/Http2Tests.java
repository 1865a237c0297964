package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.Greenlet;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Concurrent requests of one connection: HTTP/2 in clear text. */
@EachServer
@Timeout(120)
class Http2Tests {
  private static final int MANY = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameter private Host host;
  private RunningApplication application;
  private HttpClient client;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(OnAHub.class, OnTheSharedLane.class, DelayedStream.class),
            "greenlet.hubs=2",
            "server.http2.enabled=true");
    client = HttpClient.newBuilder().version(Version.HTTP_2).connectTimeout(PATIENCE).build();
    assertThat(get("/shared").join().version()).isEqualTo(Version.HTTP_2); // upgrades
  }

  @AfterParameterizedClassInvocation
  void stop() {
    client.shutdownNow();
    application.close();
  }

  @Test
  void aRequestIsAGreenletOnTheLaneOfItsHandler() {
    assertThat(get("/shared").join().body())
        .matches("request 'GET /shared' on greenlet-shared by port \\d+");
    assertThat(get("/hub").join().body())
        .matches("request 'GET /hub' on greenlet-\\d by port \\d+");
  }

  @Test
  void eachRequestOfAConnectionIsAGreenlet() {
    CompletableFuture<HttpResponse<String>> onAHub = get("/hub/held");
    CompletableFuture<HttpResponse<String>> shared = get("/shared/held");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(application.greenlets())
                    .filteredOn(
                        each -> each.path("waitingOn").path("kind").asString().equals("latch"))
                    .extracting(
                        each -> each.path("kind").asString(),
                        each -> each.get("name").asString(),
                        each -> each.get("lane").asString().equals("greenlet-shared"))
                    .containsExactlyInAnyOrder(
                        tuple("request", "GET /hub/held", false),
                        tuple("request", "GET /shared/held", true)));
    application.bean(OnAHub.class).release().countDown();
    application.bean(OnTheSharedLane.class).release().countDown();

    assertThat(port(onAHub)).isEqualTo(port(shared));
  }

  @Test
  void manyConcurrentRequestsRunOnTheirLanes() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, MANY)
            .mapToObj(number -> get(number % 2 == 0 ? "/hub" : "/shared"))
            .toList();

    for (int number = 0; number < MANY; number++) {
      assertThat(answers.get(number).join().body())
          .matches(
              number % 2 == 0
                  ? "request 'GET /hub' on greenlet-\\d by port \\d+"
                  : "request 'GET /shared' on greenlet-shared by port \\d+");
    }
  }

  @Test
  void aStreamThatIsResetBeforeItsRequestIsHandledEnds() throws Exception {
    DelayedStream stream = application.bean(DelayedStream.class);
    client.send(request("/delayed-stream"), BodyHandlers.ofInputStream()).body().close();
    await().atMost(PATIENCE).until(() -> !stream.send());

    stream.handled();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(application.greenlets())
                    .extracting(each -> each.get("name").asString())
                    .doesNotContain("GET /delayed-stream"));
  }

  private CompletableFuture<HttpResponse<String>> get(String path) {
    return client.sendAsync(request(path), BodyHandlers.ofString());
  }

  private HttpRequest request(String path) {
    URI uri = URI.create("http://localhost:" + application.port() + path);
    return HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
  }

  private static String port(CompletableFuture<HttpResponse<String>> answer) {
    String body = answer.join().body();
    return body.substring(body.lastIndexOf(' '));
  }

  private static String describe(HttpServletRequest request) {
    GreenletTask<?> current = Greenlets.current();
    return "%s '%s' on %s by port %d"
        .formatted(current.kind(), current.name(), current.lane().name(), request.getRemotePort());
  }

  private static String held(HttpServletRequest request, CountDownLatch release) throws Exception {
    return SwitchPoint.call(
        new WaitReason("latch", ""),
        () -> {
          release.await();
          return describe(request);
        });
  }

  abstract static class Held {
    private final CountDownLatch release = new CountDownLatch(1);

    CountDownLatch release() {
      return release;
    }

    @GetMapping
    public String now(HttpServletRequest request) {
      return describe(request);
    }

    @GetMapping("/held")
    public String hold(HttpServletRequest request) throws Exception {
      return held(request, release);
    }
  }

  @RestController
  @RequestMapping("/hub")
  @Greenlet
  static class OnAHub extends Held {}

  @RestController
  @RequestMapping("/shared")
  static class OnTheSharedLane extends Held {}
}
