package dev.greenlet.spring.web.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.http.TestServer;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

/** Requests that are cancelled and swallow the exit: they end in their current round. */
@EachServer
@Timeout(240)
class LastingExitsTests {
  private static final int ROUNDS = 30;
  private static final Duration BACK_OFF = Duration.ofSeconds(20);
  private static final AtomicInteger whole = new AtomicInteger();

  private final JdbcTemplate observer = new JdbcTemplate(TestPostgres.dataSource());

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    observer.execute("create table if not exists lasting_exit (round int)");
    application =
        host.start(
            List.of(Swallowing.class),
            "greenlet.hubs=2",
            "management.endpoint.greenlets.access=unrestricted");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @BeforeEach
  void nothingIsWhole() {
    whole.set(0);
  }

  private static void assertCancelled(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  @Test
  void aTimeLimitEndsARequestInItsCurrentRound() {
    assertCancelled(application.get("/rounds"));
    assertThat(whole.get()).isLessThan(3);
  }

  @Test
  void aKillEndsARequestInItsCurrentRound() {
    CompletableFuture<HttpResponse<String>> answer = application.send("/long-rounds");
    JsonNode parked =
        await()
            .until(
                () ->
                    application.greenlets().stream()
                        .filter(each -> each.get("name").asString().equals("GET /long-rounds"))
                        .filter(each -> each.get("state").asString().equals("parked"))
                        .findFirst()
                        .orElse(null),
                Objects::nonNull);
    application.delete("/actuator/greenlets/" + parked.get("id").asLong());

    assertCancelled(answer.join());
    assertThat(whole).hasValue(0);
  }

  @Test
  void aRetriedCallIsMadeOnce() throws IOException {
    try (TestServer supplier = new TestServer()) {
      assertCancelled(application.get("/retry?url=" + supplier.url("/head")));
      assertThat(supplier.requests()).isEqualTo(1);
    }
  }

  @Test
  void aRetryThatIgnoresTheExitDoesNotWaitForItsBackOffs() throws IOException {
    try (TestServer supplier = new TestServer()) {
      long begun = System.nanoTime();
      assertCancelled(application.get("/back-off?url=" + supplier.url("/head")));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BACK_OFF);
      assertThat(supplier.requests()).isEqualTo(1);
    }
  }

  @Test
  void aTransactionIsRolledBackAndItsConnectionIsReturnedIntact() {
    assertCancelled(application.get("/transaction"));
    HikariDataSource pool = application.bean(HikariDataSource.class);
    await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
    assertThat(observer.queryForObject("select count(*) from lasting_exit", Integer.class))
        .isZero();
    assertThat(whole).hasValue(1);
  }

  @Test
  void theNextRequestIsNotAffected() {
    assertCancelled(application.get("/rounds"));
    assertThat(application.get("/next").body()).isEqualTo("waited");
  }

  @RestController
  static class Swallowing {
    private final TransactionTemplate transactions;
    private final JdbcTemplate jdbc;
    private final RestClient http;

    Swallowing(
        PlatformTransactionManager transactions, JdbcTemplate jdbc, RestClient.Builder http) {
      this.transactions = new TransactionTemplate(transactions);
      this.jdbc = jdbc;
      this.http = http.build();
    }

    private static String rounds(Duration each) {
      for (int round = 0; round < ROUNDS; round++) {
        try {
          Greenlets.sleep(each);
          whole.incrementAndGet();
        } catch (Throwable swallowed) {
          // the next round
        }
      }
      return "all rounds";
    }

    @GetMapping("/rounds")
    @Greenlet(timeout = "400ms")
    public String rounds() {
      return rounds(Duration.ofMillis(200));
    }

    @GetMapping("/long-rounds")
    @Greenlet
    public String longRounds() {
      return rounds(Duration.ofSeconds(100));
    }

    @GetMapping("/retry")
    @Greenlet(timeout = "300ms")
    public @Nullable String retry(@RequestParam("url") String url) throws RetryException {
      RetryPolicy quickly = RetryPolicy.builder().maxRetries(3).delay(Duration.ofMillis(1)).build();
      return new RetryTemplate(quickly)
          .<@Nullable String>execute(() -> http.get().uri(url).retrieve().body(String.class));
    }

    @GetMapping("/back-off")
    @Greenlet(timeout = "300ms")
    public @Nullable String backOff(@RequestParam("url") String url) throws RetryException {
      RetryPolicy slowly =
          RetryPolicy.builder().delay(BACK_OFF).excludes(CancellationException.class).build();
      return new RetryTemplate(slowly)
          .<@Nullable String>execute(() -> http.get().uri(url).retrieve().body(String.class));
    }

    @GetMapping("/transaction")
    @Greenlet(timeout = "300ms")
    public @Nullable String transaction() {
      return transactions.execute(
          _ -> {
            jdbc.update("insert into lasting_exit values (1)");
            whole.incrementAndGet();
            rounds(Duration.ofSeconds(1));
            return jdbc.queryForObject("select 'went on'", String.class);
          });
    }

    @GetMapping("/next")
    @Greenlet(timeout = "100s")
    public String next() throws InterruptedException {
      Greenlets.sleep(Duration.ofMillis(1));
      return "waited";
    }
  }
}
