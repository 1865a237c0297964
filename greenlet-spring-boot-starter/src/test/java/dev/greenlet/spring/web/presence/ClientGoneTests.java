package dev.greenlet.spring.web.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import dev.greenlet.sync.GreenletSemaphore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Clients that hang up while their requests wait. */
@EachServer
@Timeout(240)
class ClientGoneTests {
  private static final int MANY = 200;
  private static final String SLEEP = "select pg_sleep(301)";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final JdbcTemplate observer = new JdbcTemplate(TestPostgres.dataSource());

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Waiting.class),
            "greenlet.hubs=2",
            "greenlet.web.disconnect-check=50ms",
            "spring.datasource.hikari.maximum-pool-size=20");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void manyWhoHangUpLeaveNothingBehind() throws IOException {
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      clients.add(send("GET /sleep HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }
    await().atMost(PATIENCE).until(() -> waiting("GET /sleep") == MANY && active() == 20);

    for (Socket client : clients) {
      client.close();
    }

    await().atMost(PATIENCE).until(() -> active() == 0 && waiting("GET /sleep") == 0);
    HikariDataSource pool = application.bean(HikariDataSource.class);
    await().atMost(PATIENCE).until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
    assertThat(application.sendAtOnce(MANY, "/seven"))
        .allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo("7"));
  }

  @Test
  void aRequestThatWasSentAheadIsNeitherLostNorTakenForAnEnd() throws Exception {
    try (Socket client =
        send(
            "GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "GET /seven HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")) {
      Waiting.ENTERED.acquire();
      awaitLooks();
      Waiting.HELD.release();

      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains("held", "\r\n\r\n7");
    }
  }

  @Test
  void aBodyThatComesByAndByKeepsItsRequest() throws Exception {
    try (Socket client =
        send(
            "POST /read HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Content-Length: 5\r\n"
                + "Connection: close\r\n\r\n")) {
      for (int i = 0; i < 5; i++) {
        client.getOutputStream().write('x');
        awaitLooks();
      }
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains("read 5");
    }
  }

  @Test
  void whatIsSpawnedByTheRequestGoesWithIt() throws IOException {
    try (Socket _ = send("GET /family HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      await().atMost(PATIENCE).until(() -> active() == 1);
    }
    await().atMost(PATIENCE).until(() -> active() == 0 && waiting("GET /family") == 0);
  }

  /** Waits until the watch has looked several times, as a client that goes in between shows. */
  private void awaitLooks() throws IOException {
    for (int i = 0; i < 2; i++) {
      try (Socket _ = send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
        await().atMost(PATIENCE).until(() -> waiting("GET /wait") == 1);
      }
      await().atMost(PATIENCE).until(() -> waiting("GET /wait") == 0);
    }
  }

  private Socket send(String request) throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), application.port());
    client.setSoTimeout((int) PATIENCE.toMillis());
    client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  private long waiting(String name) {
    return application.greenlets().stream()
        .filter(each -> each.get("name").asString().equals(name))
        .count();
  }

  private int active() {
    return Objects.requireNonNull(
        observer.queryForObject(
            "select count(*) from pg_stat_activity where state = 'active' and query = ?",
            Integer.class,
            SLEEP));
  }

  @RestController
  @Greenlet
  static class Waiting {
    private static final GreenletSemaphore ENTERED = new GreenletSemaphore(0);
    private static final GreenletSemaphore HELD = new GreenletSemaphore(0);
    private final JdbcTemplate jdbc;

    Waiting(JdbcTemplate jdbc) {
      this.jdbc = jdbc;
    }

    @GetMapping("/sleep")
    public String sleep() {
      jdbc.execute(SLEEP);
      return "slept";
    }

    @GetMapping("/wait")
    public String waitLong() throws InterruptedException {
      Greenlets.sleep(Duration.ofSeconds(100));
      return "waited";
    }

    @GetMapping("/held")
    public String hold() throws InterruptedException {
      ENTERED.release();
      HELD.acquire();
      return "held";
    }

    @PostMapping("/read")
    public String read(@RequestBody String body) {
      return "read " + body.length();
    }

    @GetMapping("/seven")
    public int seven() {
      return Objects.requireNonNull(jdbc.queryForObject("select 7", Integer.class));
    }

    @GetMapping("/family")
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
  }
}
