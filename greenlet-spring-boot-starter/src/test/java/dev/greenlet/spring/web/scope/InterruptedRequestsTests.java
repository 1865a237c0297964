package dev.greenlet.spring.web.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Requests that are cancelled in a wait that is no switch point. */
@EachServer
@Timeout(240)
class InterruptedRequestsTests {
  private static final String LATE = "The request did not complete within 300 ms.";

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Waiting.class),
            "greenlet.hubs=2",
            "greenlet.web.timeout=300ms",
            "greenlet.web.interrupt-after=200ms",
            "greenlet.shutdown.drain=1s",
            "spring.datasource.hikari.maximum-pool-size=1",
            "management.endpoint.greenlets.access=unrestricted");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  private Waiting waiting() {
    return application.bean(Waiting.class);
  }

  private static void assertCancelled(HttpResponse<String> answer, String detail) {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body()).contains("\"status\":503", detail);
  }

  @Test
  void aWaitOfTheJdkIsInterruptedWhenTheTimeLimitExpires() throws Exception {
    assertCancelled(application.get("/latch"), LATE);
    assertThat(waiting().next()).isEqualTo("interrupted");
    assertCancelled(application.get("/latch-on-hub"), LATE);
    assertThat(waiting().next()).isEqualTo("interrupted");
  }

  @Test
  void aSocketThatIsReadIsClosedWhenTheTimeLimitExpires() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      assertCancelled(application.get("/read?port=" + silent.getLocalPort()), LATE);
    }
    assertThat(waiting().next()).isEqualTo("closed");
  }

  @Test
  void aWaitOfTheJdkIsInterruptedByAKill() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = application.send("/kill");
    application.delete("/actuator/greenlets/" + waiting().awaitCurrent().id());

    assertCancelled(answer.join(), "The request was cancelled before it completed.");
    assertThat(waiting().next()).isEqualTo("interrupted");
  }

  @Test
  void theChildrenOfTheRequestAreInterruptedToo() throws Exception {
    assertCancelled(application.get("/child"), LATE);
    assertThat(waiting().next()).isEqualTo("interrupted");
    assertCancelled(application.get("/child-on-hub"), LATE);
    assertThat(waiting().next()).isEqualTo("interrupted");
  }

  @Test
  void neitherAStatementNorAShieldedSectionIsInterrupted() throws Exception {
    String connection = application.get("/connection").body();
    assertCancelled(application.get("/sleep"), LATE);
    assertThat(application.get("/connection").body()).isEqualTo(connection);

    CompletableFuture<HttpResponse<String>> answer = application.send("/shielded");
    GreenletTask<?> shielded = waiting().awaitCurrent();
    awaitOver(shielded);
    application.get("/latch"); // cancelled and interrupted, long after the other one might be
    assertThat(waiting().next()).isEqualTo("interrupted");
    waiting().openLatches();

    answer.join();
    assertThat(waiting().next()).isEqualTo("not interrupted");
  }

  @Test
  void theNextRequestOfTheConnectionIsNotInterrupted() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
      socket.setSoTimeout(60_000);
      String requests = request("/park", "") + request("/flag", "Connection: close\r\n");
      socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answers).startsWith("HTTP/1.1 503");
      switch (host.server()) {
        case TOMCAT -> assertThat(answers).contains("Connection: close"); // as always with 503
        case JETTY -> assertThat(answers).contains("HTTP/1.1 200", "interrupted: false");
      }
    }
  }

  private static String request(String path, String headers) {
    return "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n".formatted(path, headers);
  }

  @Test
  void noWaitIsInterruptedByDefault() throws Exception {
    try (RunningApplication plain =
        host.start(
            List.of(Waiting.class), "greenlet.web.timeout=100ms", "greenlet.shutdown.drain=1s")) {
      Waiting handlers = plain.bean(Waiting.class);
      CompletableFuture<HttpResponse<String>> answer = plain.send("/release");
      awaitOver(handlers.awaitCurrent());
      assertThat(plain.get("/wait").statusCode()).isEqualTo(503); // after its own timeout
      handlers.openLatches();

      answer.join();
      assertThat(handlers.next()).isEqualTo("not interrupted");
    }
  }

  private static void awaitOver(GreenletTask<?> request) {
    await()
        .until(() -> Objects.requireNonNull(request.deadline()).remaining().equals(Duration.ZERO));
  }

  @RestController
  static class Waiting {
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final CountDownLatch shielded = new CountDownLatch(1);
    private final JdbcTemplate jdbc;
    private volatile @Nullable GreenletTask<?> current;

    Waiting(JdbcTemplate jdbc) {
      this.jdbc = jdbc;
    }

    public void openLatches() {
      shielded.countDown();
    }

    public String next() throws InterruptedException {
      return String.valueOf(ends.poll(60, TimeUnit.SECONDS));
    }

    public GreenletTask<?> awaitCurrent() {
      GreenletTask<?> awaited = await().until(() -> current, Objects::nonNull);
      current = null;
      return Objects.requireNonNull(awaited);
    }

    private String waitFor(CountDownLatch latch) {
      try {
        latch.await();
        ends.add("not interrupted");
        return "waited";
      } catch (InterruptedException swallowed) {
        ends.add("interrupted");
        return "nothing happened";
      }
    }

    @GetMapping("/latch")
    public String latch() {
      return waitFor(new CountDownLatch(1));
    }

    @GetMapping("/latch-on-hub")
    @Greenlet
    public String latchOnHub() {
      return waitFor(new CountDownLatch(1));
    }

    @GetMapping("/kill")
    @Greenlet(timeout = "100s")
    public String kill() {
      current = Greenlets.current();
      return waitFor(new CountDownLatch(1));
    }

    @GetMapping("/child-on-hub")
    @Greenlet
    public String childOnHub() throws Exception {
      return child();
    }

    @GetMapping("/child")
    public String child() throws Exception {
      return Greenlets.spawn("child", () -> waitFor(new CountDownLatch(1))).get();
    }

    @GetMapping("/shielded")
    public String shielded() {
      current = Greenlets.current();
      return Greenlets.shielded(() -> waitFor(shielded));
    }

    @GetMapping("/release")
    public String release() {
      current = Greenlets.current();
      return waitFor(shielded);
    }

    @GetMapping("/wait")
    public String sleepLong() throws InterruptedException {
      Greenlets.sleep(Duration.ofSeconds(100));
      return "slept";
    }

    @GetMapping("/read")
    public String read(int port) throws IOException {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return "read " + socket.getInputStream().read();
      } catch (IOException closed) {
        ends.add("closed");
        throw closed;
      }
    }

    @GetMapping("/sleep")
    public String sleep() {
      jdbc.execute("select pg_sleep(30)");
      return "slept";
    }

    @GetMapping("/connection")
    @Greenlet(timeout = "100s")
    public String connection() {
      return String.valueOf(jdbc.queryForObject("select pg_backend_pid()", Integer.class));
    }

    @GetMapping("/park")
    public String park() {
      while (!Thread.currentThread().isInterrupted()) {
        LockSupport.park(this);
      }
      return "interrupted forever";
    }

    @GetMapping("/flag")
    @Greenlet(timeout = "100s")
    public String flag() {
      return "interrupted: " + Thread.currentThread().isInterrupted();
    }
  }
}
