package dev.greenlet.spring.web.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.GreenletExit;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Requests that are cancelled, through real sockets and in a real database. */
@EachServer
@Timeout(240)
class CancelledRequestsTests {
  private static final int MANY = 200;
  private static final String SLEEP = "select pg_sleep(30)";

  private final JdbcTemplate observer = new JdbcTemplate(TestPostgres.dataSource());

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Waiting.class, Swallowing.class),
            "greenlet.hubs=2",
            "waiting.timeout=200ms",
            "spring.datasource.hikari.maximum-pool-size=20",
            "management.endpoint.greenlets.access=unrestricted");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @BeforeEach
  void nothingIsActive() {
    assertThat(active()).isZero();
  }

  private int active() {
    Integer active =
        observer.queryForObject(
            "select count(*) from pg_stat_activity where state = 'active' and query = ?",
            Integer.class,
            SLEEP);
    return Objects.requireNonNull(active);
  }

  private static void assertCancelled(HttpResponse<String> answer, String detail) {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(answer.body())
        .containsPattern("\"type\":\"urn:greenlet:problem:(timed-out|cancelled)\"")
        .contains("\"status\":503", detail);
  }

  @Test
  void aRequestThatTimesOutIsAnsweredAndItsStatementIsCancelled() {
    HttpResponse<String> answer = application.get("/sleep-in-time");

    assertCancelled(answer, "The request did not complete within 200 ms.");
    assertThat(active()).isZero();
    assertThat(application.get("/remaining").body()).isEqualTo("within 5 s");
  }

  @Test
  void aRequestThatSwallowsOrWrapsTheExitIsCancelledNevertheless() {
    assertCancelled(application.get("/swallow"), "The request did not complete within 100 ms.");
    assertCancelled(application.get("/wrap"), "The request did not complete within 100 ms.");
    assertCancelled(application.get("/handle"), "The request did not complete within 100 ms.");
  }

  @Test
  void aPartlySentResponseIsAborted() {
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> application.send("/half").join())
        .withCauseInstanceOf(IOException.class);
  }

  @Test
  void aKillByTheActuatorEndsTheRequestWithItsChildren() {
    CompletableFuture<HttpResponse<String>> answer = application.send("/family");
    JsonNode parent = awaitWaiting("GET /family");
    await().until(() -> active() == 1);

    assertThat(delete(parent.get("id").asLong())).isEqualTo(204);
    assertCancelled(answer.join(), "The request was cancelled before it completed.");
    await().until(() -> active() == 0);
    assertThat(delete(4_711_000)).isEqualTo(404);
  }

  @Test
  void aKillOfOneRequestLeavesTheNextOfItsConnectionAlone() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
      socket.setSoTimeout(60_000);
      socket
          .getOutputStream()
          .write(
              (request("/wait", "") + request("/remaining", "Connection: close\r\n"))
                  .getBytes(StandardCharsets.US_ASCII));
      delete(awaitWaiting("GET /wait").get("id").asLong());
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answers).startsWith("HTTP/1.1 503");
      switch (host.server()) {
        case TOMCAT -> assertThat(answers).contains("Connection: close"); // as always with 503
        case JETTY -> assertThat(answers).contains("HTTP/1.1 200", "within 5 s");
      }
    }
  }

  private static String request(String path, String headers) {
    return "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n".formatted(path, headers);
  }

  @Test
  void manyTimeoutsLeaveNothingBehind() {
    List<CompletableFuture<HttpResponse<String>>> late =
        application.sendAtOnce(MANY, "/sleep-in-time");

    assertThat(late).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(503));
    assertNothingIsLeft();
  }

  @Test
  void manyKillsLeaveNothingBehind() {
    AtomicInteger begun = application.bean(Waiting.class).begun();
    begun.set(0);
    List<CompletableFuture<HttpResponse<String>>> killed = application.sendAtOnce(MANY, "/sleep");
    await().atMost(Duration.ofSeconds(60)).until(() -> begun.get() == MANY);
    application
        .greenlets()
        .forEach(
            each -> {
              if (each.get("name").asString().equals("GET /sleep")) {
                delete(each.get("id").asLong());
              }
            });

    assertThat(killed).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(503));
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() {
    await().atMost(Duration.ofSeconds(2)).until(() -> active() == 0);
    HikariDataSource pool = application.bean(HikariDataSource.class);
    await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
    assertThat(application.sendAtOnce(MANY, "/seven"))
        .allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo("7"));
  }

  private JsonNode awaitWaiting(String name) {
    return await()
        .until(
            () ->
                application.greenlets().stream()
                    .filter(each -> each.get("name").asString().equals(name))
                    .filter(each -> each.get("state").asString().equals("parked"))
                    .findFirst()
                    .orElse(null),
            Objects::nonNull);
  }

  private int delete(long id) {
    return application.delete("/actuator/greenlets/" + id).statusCode();
  }

  @RestController
  @Greenlet(timeout = "5s")
  static class Waiting {
    private final AtomicInteger begun = new AtomicInteger();
    private final JdbcTemplate jdbc;

    Waiting(JdbcTemplate jdbc) {
      this.jdbc = jdbc;
    }

    public AtomicInteger begun() {
      return begun;
    }

    @GetMapping("/sleep-in-time")
    @Greenlet(timeout = "${waiting.timeout}")
    public String sleepInTime() {
      jdbc.execute(SLEEP);
      return "slept";
    }

    @GetMapping("/sleep")
    @Greenlet(timeout = "120s")
    public String sleep() {
      begun.incrementAndGet();
      jdbc.execute(SLEEP);
      return "slept";
    }

    @GetMapping("/wait")
    @Greenlet(timeout = "120s")
    public String await() throws InterruptedException {
      Greenlets.sleep(Duration.ofSeconds(100));
      return "waited";
    }

    @GetMapping("/family")
    @Greenlet(timeout = "120s")
    public String family() throws Exception {
      Greenlets.spawn(
              "child",
              () -> {
                jdbc.execute(SLEEP);
                return "slept";
              })
          .get();
      return "joined";
    }

    @GetMapping("/seven")
    @Greenlet(timeout = "120s")
    public int seven() {
      return Objects.requireNonNull(jdbc.queryForObject("select 7", Integer.class));
    }

    @GetMapping("/remaining")
    public String remaining() {
      Duration left = Objects.requireNonNull(Greenlets.current().deadline()).remaining();
      return left.isPositive() && left.compareTo(Duration.ofSeconds(5)) <= 0
          ? "within 5 s"
          : "" + left;
    }

    @GetMapping("/half")
    @Greenlet(timeout = "2s")
    public void half(HttpServletResponse response) throws Exception {
      response.setContentType("text/plain");
      response.getOutputStream().print("first half");
      response.flushBuffer();
      Greenlets.sleep(Duration.ofSeconds(100));
    }
  }

  @RestController
  @Greenlet(timeout = "100ms")
  static class Swallowing {

    @GetMapping("/swallow")
    public String swallow() throws InterruptedException {
      try {
        Greenlets.sleep(Duration.ofSeconds(100));
        return "slept";
      } catch (GreenletExit swallowed) {
        return "nothing happened";
      }
    }

    @GetMapping("/wrap")
    public String wrap() throws InterruptedException {
      try {
        Greenlets.sleep(Duration.ofSeconds(100));
        return "slept";
      } catch (GreenletExit exit) {
        throw new IllegalStateException(exit);
      }
    }

    @GetMapping("/handle")
    public String handle() throws InterruptedException {
      Greenlets.sleep(Duration.ofSeconds(100));
      return "slept";
    }

    @ExceptionHandler(Exception.class)
    public String anything() {
      return "handled";
    }
  }
}
