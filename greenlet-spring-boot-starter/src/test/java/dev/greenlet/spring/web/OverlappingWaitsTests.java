package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

/** Requests of one hub wait at the same time, and the tree shows their waits. */
@EachServer
@Timeout(120)
class OverlappingWaitsTests {
  private static final int REQUESTS = 100;
  private static final int LOCK = 4_711;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Parameter private Host host;
  private HttpServer supplier;
  private RunningApplication application;
  private volatile CountDownLatch supplierMayAnswer = new CountDownLatch(1);

  @BeforeParameterizedClassInvocation
  void start() throws IOException {
    supplier =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), REQUESTS);
    supplier.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    supplier.createContext(
        "/",
        exchange -> {
          try {
            supplierMayAnswer.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          byte[] body = "100".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set(HttpHeaders.CONTENT_TYPE, "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    supplier.start();
    application =
        host.start(
            List.of(Waiting.class),
            "greenlet.hubs=2",
            "spring.datasource.hikari.maximum-pool-size=" + REQUESTS,
            "supplier=http://localhost:" + supplier.getAddress().getPort());
  }

  @BeforeEach
  void closeTheSupplier() {
    supplierMayAnswer = new CountDownLatch(1);
  }

  @AfterEach
  void openTheSupplier() {
    supplierMayAnswer.countDown();
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
    supplier.stop(0);
  }

  @Test
  void aHundredRequestsWaitInTheDatabaseOnOneHub() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers;
    try (TestPostgres.Barrier _ = TestPostgres.barrier(LOCK)) {
      answers = application.sendAtOnce(REQUESTS, "/wait/database?secret=1");
      List<JsonNode> waiting =
          awaitAllWaitingFor("jdbc", "select pg_advisory_lock_shared(?), pg_sleep(?)");
      assertThat(waiting)
          .extracting(greenlet -> greenlet.get("lane").asString())
          .containsOnly("greenlet-0");
      assertThat(waiting)
          .extracting(greenlet -> greenlet.get("name").asString())
          .containsOnly("GET /wait/database");
    }

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    awaitEmptyTree();
  }

  @Test
  void aHundredRequestsWaitForAnHttpServerOnOneHub() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(REQUESTS, "/wait/http");
    awaitAllWaitingFor(
        "http", "GET http://localhost:%d/price".formatted(supplier.getAddress().getPort()));
    supplierMayAnswer.countDown();

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo("100"));
    awaitEmptyTree();
  }

  @Test
  void theFiveChildrenOfARequestAreShownBelowItWithTheirWaits() {
    CompletableFuture<HttpResponse<String>> answer = application.send("/wait/five");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              List<JsonNode> requests = application.greenlets();
              assertThat(requests).hasSize(1);
              JsonNode request = requests.getFirst();
              assertThat(request.path("kind").asString()).isEqualTo("request");
              assertThat(request.get("name").asString()).isEqualTo("GET /wait/five");
              assertThat(request.path("waitingOn").path("kind").asString()).isEqualTo("join");
              assertThat(request.path("children").valueStream())
                  .hasSize(5)
                  .allSatisfy(
                      child -> {
                        assertThat(child.get("name").asString()).startsWith("supplier ");
                        assertThat(child.path("waitingOn").path("kind").asString())
                            .isEqualTo("http");
                      });
            });

    String text = application.get("/actuator/greenlets", HttpHeaders.ACCEPT, "text/plain").body();
    assertThat(text)
        .contains("GET /wait/five [request] on greenlet-0, parked on join")
        .contains("├── #")
        .contains("└── #")
        .contains("supplier 4 [task] on greenlet-0, parked on http GET http://localhost:");
    supplierMayAnswer.countDown();
    assertThat(answer.join().body()).isEqualTo("500");
    awaitEmptyTree();
  }

  private List<JsonNode> awaitAllWaitingFor(String kind, String detail) {
    return await()
        .atMost(PATIENCE)
        .until(
            application::greenlets,
            live -> live.size() == REQUESTS && live.stream().allMatch(waitsFor(kind, detail)));
  }

  private static Predicate<JsonNode> waitsFor(String kind, String detail) {
    return greenlet ->
        greenlet.path("kind").asString().equals("request")
            && greenlet.path("waitingOn").path("kind").asString().equals(kind)
            && greenlet.path("waitingOn").path("detail").asString().equals(detail);
  }

  private void awaitEmptyTree() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(application.greenlets()).isEmpty());
  }

  @RestController
  @Greenlet
  static class Waiting {
    private final JdbcTemplate jdbc;
    private final RestClient client;

    Waiting(
        JdbcTemplate jdbc,
        RestClient.Builder client,
        @org.springframework.beans.factory.annotation.Value("${supplier}") String supplier) {
      this.jdbc = jdbc;
      this.client = client.baseUrl(supplier).build();
    }

    @GetMapping("/wait/database")
    public String database() {
      return jdbc.execute(
          (java.sql.Connection connection) -> {
            try (var statement = connection.createStatement()) {
              statement.execute("select pg_advisory_lock_shared(" + LOCK + "), pg_sleep(0.1)");
              statement.execute("select pg_advisory_unlock_shared(" + LOCK + ")");
            }
            return "waited";
          });
    }

    @GetMapping("/wait/http")
    public Integer http() {
      return price();
    }

    @GetMapping("/wait/five")
    public int five() throws Exception {
      List<GreenletTask<Integer>> suppliers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        suppliers.add(Greenlets.spawn("supplier " + i, this::price));
      }
      int sum = 0;
      for (GreenletTask<Integer> each : suppliers) {
        sum += each.get();
      }
      return sum;
    }

    private Integer price() {
      Integer price = client.get().uri("/price?secret=2").retrieve().body(Integer.class);
      assertThat(price).isNotNull();
      return price;
    }
  }
}
