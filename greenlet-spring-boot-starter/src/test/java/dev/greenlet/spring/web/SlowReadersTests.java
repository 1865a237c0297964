package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.RawConnection.Answer;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import tools.jackson.databind.JsonNode;

/** Clients that do not read their response. The only hub keeps serving all others. */
@EachServer
@Timeout(300)
class SlowReadersTests {
  private static final int LARGE = 30 << 20;
  private static final Duration SOON = Duration.ofSeconds(2);

  @Parameter private Host host;
  private RunningApplication application;
  private final List<RawConnection> connections = new ArrayList<>();

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(OnAHub.class),
            "greenlet.hubs=1",
            "management.endpoint.greenlets.access=unrestricted",
            "server.tomcat.connection-timeout=120s",
            "server.tomcat.max-keep-alive-requests=-1",
            "server.jetty.connection-idle-timeout=120s");
  }

  @AfterEach
  void closeConnections() throws IOException {
    for (RawConnection connection : connections) {
      connection.close();
    }
    connections.clear();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(application.greenlets()).isEmpty());
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  private RawConnection connect() throws IOException {
    RawConnection connection = RawConnection.to(application.port());
    connections.add(connection);
    return connection;
  }

  /** Sends a request on a connection that closes after the response, and reads nothing. */
  private RawConnection ask(String path) throws IOException {
    return connect()
        .send("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(path));
  }

  /** Returns a greenlet of the request, after it has begun to wait for its client. */
  private JsonNode awaitBlocked(String path) {
    return await()
        .until(
            () -> all(application.greenlets()).filter(each -> writes(each, path)).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static Stream<JsonNode> all(List<JsonNode> greenlets) {
    return greenlets.stream()
        .flatMap(
            each ->
                Stream.concat(Stream.of(each), all(each.path("children").valueStream().toList())));
  }

  private boolean writes(JsonNode greenlet, String path) {
    JsonNode waitingOn = greenlet.path("waitingOn");
    return greenlet.path("name").asString().contains(path)
        && greenlet.path("state").asString().equals("parked")
        && (host.engine().equals("portable")
            ? waitingOn.path("detail").asString("").equals("body of the response")
            : !List.of("answer", "turn").contains(waitingOn.path("kind").asString("")));
  }

  private void assertTheHubResponds() throws IOException {
    RawConnection quick = connect();
    for (int i = 0; i < 10; i++) {
      long begin = System.nanoTime();
      quick.send("GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(quick.answer()).isEqualTo(new Answer(200, "quick"));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
    }
    assertThat(application.bean(GreenletRuntime.class).hubs())
        .allSatisfy(hub -> assertThat(hub.lent()).as("given up, not lent").isZero());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes", "writer", "unflushed", "streaming", "resource", "view", "events"})
  void aLargeResponseDelaysNoOtherAndArrivesCompletely(String kind) throws IOException {
    RawConnection slow = ask("/" + kind);
    awaitBlocked("/" + kind);

    assertTheHubResponds();
    assertThat(slow.untilClosed().chars().filter(each -> each == '#').count()).isEqualTo(LARGE);
  }

  @Test
  void smallUnreadResponsesDelayNoOther() throws IOException {
    int count = 10_000;
    RawConnection slow = connect();
    slow.send("GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(count));
    awaitStill();
    assertThat(application.bean(OnAHub.class).answered).isLessThan(count);

    assertTheHubResponds();
    for (int i = 0; i < count; i++) {
      assertThat(slow.answer()).isEqualTo(new Answer(200, "#".repeat(OnAHub.SMALL)));
    }
  }

  /** Waits until no more responses are produced. */
  private void awaitStill() {
    OnAHub answers = application.bean(OnAHub.class);
    await()
        .pollDelay(Duration.ofMillis(300))
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              int before = answers.seen;
              answers.seen = answers.answered;
              return before == answers.answered && before > 0;
            });
  }

  @Test
  void aKillAbortsAnUnreadResponse() throws IOException {
    RawConnection slow = ask("/bytes");
    long id = awaitBlocked("/bytes").path("id").asLong();

    assertThat(application.delete("/actuator/greenlets/" + id).statusCode()).isEqualTo(204);

    assertEnds("/bytes", slow);
    assertTheHubResponds();
  }

  @Test
  void aTimeLimitAbortsAnUnreadResponse() throws IOException {
    RawConnection slow = ask("/limited").awaitBegin();

    assertEnds("/limited", slow);
    assertTheHubResponds();
  }

  /** On the native engine the write is no switch point, and ends when the client disconnects. */
  private void assertEnds(String path, RawConnection slow) throws IOException {
    if (host.engine().equals("native")) {
      awaitBlocked(path);
      connections.remove(slow);
      slow.close();
    }
    await()
        .until(
            () ->
                all(application.greenlets())
                    .noneMatch(each -> each.path("name").asString().contains(path)));
    if (host.engine().equals("portable")) {
      assertThat(slow.untilClosed()).hasSizeLessThan(LARGE);
    }
  }

  @Test
  void anExclusiveTurnLastsUntilTheResponseIsRead() throws IOException {
    RawConnection first = ask("/turn?name=first");
    awaitBlocked("/turn");
    RawConnection second = ask("/turn?name=second");
    await()
        .until(
            () ->
                all(application.greenlets())
                    .anyMatch(each -> each.at("/waitingOn/kind").asString("").equals("turn")));

    assertTheHubResponds();
    assertThat(application.bean(OnAHub.class).turns).containsExactly("first");
    assertThat(first.untilClosed()).hasSizeGreaterThan(LARGE);
    assertThat(second.untilClosed()).hasSizeGreaterThan(LARGE);
    assertThat(application.bean(OnAHub.class).turns).containsExactly("first", "second");
  }

  @Test
  void aWriteThatFitsIntoTheBufferIsNoSwitchPoint() {
    assertThat(application.get("/tiny").body()).endsWith("xx 0 switches");
  }

  @Test
  void aShortResponseHasAContentLength() {
    assertThat(application.get("/short").headers().firstValue("Content-Length")).contains("5");
    assertThat(application.get("/short-text").headers().firstValue("Content-Length")).contains("5");
  }

  @RestController
  @Greenlet
  static class OnAHub {
    private static final int SMALL = 4_000;
    private static final byte[] CONTENT = content(LARGE);

    private final List<String> turns = new ArrayList<>(); // of the one hub
    private volatile int answered;
    private volatile int seen;

    private static byte[] content(int length) {
      byte[] content = new byte[length];
      Arrays.fill(content, (byte) '#');
      return content;
    }

    @GetMapping("/quick")
    public String quick() {
      return "quick";
    }

    @GetMapping("/bytes")
    public byte[] bytes() {
      return CONTENT;
    }

    @GetMapping("/limited")
    @Greenlet(timeout = "1s")
    public byte[] limited() {
      return CONTENT;
    }

    @GetMapping("/writer")
    public void writer(HttpServletResponse response) throws IOException {
      String piece = new String(CONTENT, 0, LARGE / 1_000, StandardCharsets.US_ASCII);
      for (int i = 0; i < 1_000; i++) {
        response.getWriter().print(piece);
        response.getWriter().flush();
      }
      response.getWriter().print("#".repeat(LARGE % 1_000));
    }

    @GetMapping("/unflushed")
    public void unflushed(HttpServletResponse response) throws IOException {
      for (int i = 0; i < LARGE; i += 1_024) {
        response.getOutputStream().write(CONTENT, i, 1_024);
      }
    }

    @GetMapping("/streaming")
    public StreamingResponseBody streaming() {
      return out -> out.write(CONTENT);
    }

    @GetMapping("/resource")
    public ResponseEntity<Resource> resource() {
      return ResponseEntity.ok(new ByteArrayResource(CONTENT));
    }

    @GetMapping("/view")
    public ModelAndView view() {
      return new ModelAndView(
          (model, request, response) ->
              response.getWriter().write(new String(CONTENT, StandardCharsets.US_ASCII)));
    }

    @GetMapping("/events")
    public SseEmitter events() {
      SseEmitter emitter = new SseEmitter(0L);
      Greenlets.spawn(
          "writer of /events",
          () -> {
            String piece = "#".repeat(LARGE / 30);
            for (int i = 0; i < 30; i++) {
              emitter.send(piece);
            }
            emitter.complete();
            return true;
          });
      return emitter;
    }

    @GetMapping("/small")
    public void small(HttpServletResponse response) throws IOException {
      response.getOutputStream().write(CONTENT, 0, SMALL);
      int before = answered;
      answered = before + 1;
    }

    @GetMapping("/turn")
    @Greenlet(key = "'turn'", exclusive = true)
    public byte[] turn(@RequestParam String name) {
      turns.add(name);
      return CONTENT;
    }

    @GetMapping("/tiny")
    public void tiny(HttpServletResponse response) throws IOException {
      ServletOutputStream out = response.getOutputStream();
      long before = Greenlets.current().switches();
      for (int i = 0; i < 4_000; i++) {
        out.write('x');
      }
      long after = Greenlets.current().switches();
      out.print(" %d switches".formatted(after - before));
    }

    @GetMapping("/short")
    public void shortAnswer(HttpServletResponse response) throws IOException {
      response.getOutputStream().print("short");
    }

    @GetMapping("/short-text")
    public void shortText(HttpServletResponse response) throws IOException {
      response.getWriter().print("short");
    }
  }
}
