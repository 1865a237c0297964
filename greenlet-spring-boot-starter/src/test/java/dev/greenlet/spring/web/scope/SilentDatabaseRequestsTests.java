package dev.greenlet.spring.web.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import dev.greenlet.testing.net.Fault;
import dev.greenlet.testing.net.FaultyTcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Requests are answered while their database is silent. */
@EachServer
@Timeout(240)
class SilentDatabaseRequestsTests {
  private static final int POOL = 4;
  private static final Duration LATE = Duration.ofSeconds(30);

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private FaultyTcpProxy proxy;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() throws IOException {
    proxy = FaultyTcpProxy.to("localhost", TestPostgres.port());
    application =
        host.start(
            List.of(Accounts.class),
            "greenlet.hubs=2",
            "greenlet.jdbc.cancel-patience=200ms",
            "greenlet.web.disconnect-check=50ms",
            "spring.datasource.url="
                + TestPostgres.url()
                    .replace(":" + TestPostgres.port() + "/", ":" + proxy.port() + "/"),
            "spring.datasource.hikari.maximum-pool-size=" + POOL,
            "management.endpoint.greenlets.access=unrestricted");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    proxy.heal();
    application.close();
    proxy.close();
  }

  @BeforeEach
  void theDatabaseAnswers() {
    proxy.heal();
    assertThatThePoolIsIntact();
  }

  private void fallSilent() {
    proxy.requests(new Fault.Stall()).answers(new Fault.Stall());
  }

  @Test
  void requestsAreAnsweredAtTheirDeadline() throws Exception {
    fallSilent();
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(3 * POOL, "/balance-in-time");

    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.get(LATE.toSeconds(), TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    }
    proxy.heal();
    assertThatThePoolIsIntact();
  }

  @Test
  void aRequestKilledByTheActuatorIsAnswered() throws Exception {
    fallSilent();
    CompletableFuture<HttpResponse<String>> answer = application.send("/balance");
    await().atMost(LATE).until(() -> waiting() != null);
    JsonNode request = waiting();
    assertThat(request).isNotNull();
    application.delete("/actuator/greenlets/" + request.get("id").asLong());

    assertThat(answer.get(LATE.toSeconds(), TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    proxy.heal();
    assertThatThePoolIsIntact();
  }

  @Test
  void aRequestEndsWhenItsClientDisconnects() throws Exception {
    fallSilent();
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
      client
          .getOutputStream()
          .write(
              "GET /balance HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      await().atMost(LATE).until(() -> waiting() != null);
    }

    await().atMost(LATE).until(() -> waiting() == null);
    proxy.heal();
    assertThatThePoolIsIntact();
  }

  private @Nullable JsonNode waiting() {
    return application.greenlets().stream()
        .filter(each -> each.get("name").asString().equals("GET /balance"))
        .filter(each -> each.get("state").asString().equals("parked"))
        .findFirst()
        .orElse(null);
  }

  /** Asserts that all connections can be lent at once, and are returned. */
  private void assertThatThePoolIsIntact() {
    assertThat(application.sendAtOnce(2 * POOL, "/balance"))
        .allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo("7"));
    HikariDataSource pool = application.bean(HikariDataSource.class);
    await()
        .atMost(LATE)
        .untilAsserted(
            () -> {
              assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
              assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isEqualTo(POOL);
            });
  }

  @RestController
  @Greenlet
  static class Accounts {
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    Accounts(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
      this.jdbc = jdbc;
      this.transaction = new TransactionTemplate(transactions);
    }

    @GetMapping("/balance")
    @Nullable Integer balance() {
      return transaction.execute(_ -> jdbc.queryForObject("select 7", Integer.class));
    }

    @Greenlet(timeout = "300ms")
    @GetMapping("/balance-in-time")
    @Nullable Integer balanceInTime() {
      return balance();
    }
  }
}
