package dev.greenlet.spring.web.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import dev.greenlet.sync.GreenletSemaphore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Clients of HTTP/2 that give up some requests of their connection, or all. Tomcat does not tell.
 */
@ParameterizedClass(name = "on {0}")
@EnumSource(
    value = Host.class,
    names = {"JETTY_NATIVE", "JETTY_PORTABLE"})
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class Http2ClientGoneTests {
  private static final String SLEEP = "select pg_sleep(302)";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final JdbcTemplate observer = new JdbcTemplate(TestPostgres.dataSource());

  @Parameter private Host host = Host.JETTY_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @SuppressWarnings("NullAway.Init") // by connect()
  private HttpClient client;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(List.of(Waiting.class), "greenlet.hubs=2", "server.http2.enabled=true");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @BeforeEach
  void connect() {
    client = HttpClient.newBuilder().version(Version.HTTP_2).connectTimeout(PATIENCE).build();
    assertThat(send("/quick").join().version()).isEqualTo(Version.HTTP_2); // upgrades
  }

  @AfterEach
  void disconnect() {
    client.shutdownNow();
  }

  @Test
  void aRequestThatIsGivenUpIsCancelledAndItsNeighboursAreNot() {
    CompletableFuture<HttpResponse<String>> neighbour = send("/held");
    List<CompletableFuture<HttpResponse<String>>> givenUp =
        IntStream.range(0, 5).mapToObj(_ -> send("/sleep")).toList();
    await().atMost(PATIENCE).until(() -> active() == 5);

    givenUp.forEach(each -> each.cancel(true));

    await().atMost(PATIENCE).until(() -> active() == 0 && waiting("GET /sleep") == 0);
    Waiting.HELD.release();
    assertThat(neighbour.join().body()).isEqualTo("held");
  }

  @Test
  void aRequestThatHasGoneAsynchronousIsToo() {
    CompletableFuture<HttpResponse<String>> givenUp = send("/later");
    await().atMost(PATIENCE).until(() -> active() == 1);

    givenUp.cancel(true);

    await().atMost(PATIENCE).until(() -> active() == 0 && waiting("GET /later") == 0);
  }

  @Test
  void aConnectionThatEndsTakesItsRequestsWithIt() {
    send("/sleep");
    send("/wait");
    await().atMost(PATIENCE).until(() -> active() == 1 && waiting("GET /wait") == 1);

    client.shutdownNow();

    await()
        .atMost(PATIENCE)
        .until(() -> active() == 0 && waiting("GET /sleep") == 0 && waiting("GET /wait") == 0);
  }

  private CompletableFuture<HttpResponse<String>> send(String path) {
    URI uri = URI.create("http://localhost:" + application.port() + path);
    return client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
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

    @GetMapping("/later")
    public Callable<String> sleepLater() {
      return this::sleep;
    }

    @GetMapping("/wait")
    public String waitLong() throws InterruptedException {
      Greenlets.sleep(Duration.ofSeconds(100));
      return "waited";
    }

    @GetMapping("/held")
    public String hold() throws InterruptedException {
      HELD.acquire();
      return "held";
    }

    @GetMapping("/quick")
    public String quick() {
      return "quick";
    }
  }
}
