package dev.greenlet.spring.web.coroutine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Hub;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

/** Suspending functions of Kotlin as handlers, through real sockets. */
@EachServer
@Timeout(240)
class SuspendingRequestsTests {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(SuspendingShop.class, Clients.class),
            "greenlet.hubs=1",
            "greenlet.web.disconnect-check=50ms",
            "management.endpoint.greenlets.access=unrestricted");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @BeforeEach
  void reset() {
    shop().setSold(0);
    shop().getBegun().set(0);
    shop().getCancelled().set(0);
    shop().getMostInTurn().set(0);
  }

  @Test
  void everyPartOfTheCoroutineRunsOnTheHub() {
    Hub hub = application.bean(GreenletRuntime.class).hubs().getFirst();

    assertThat(application.json("/shop/lanes").valueStream().map(lane -> lane.asString()))
        .hasSize(6)
        .containsOnly(hub.toString());
  }

  @Test
  void concurrentRequestsLoseNoUpdate() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(200, "/shop/sell");

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    assertThat(shop().getSold()).isEqualTo(200 * 6);
    assertNothingIsLeft();
  }

  @Test
  void responsesAreThoseOfSpringMvc() {
    assertThat(application.get("/shop/price").body()).isEqualTo("250");
    assertThat(application.get("/shop/nothing").statusCode()).isEqualTo(200);
    assertThat(application.get("/shop/nothing").body()).isEmpty();
    assertThat(application.get("/shop/failing").statusCode()).isEqualTo(500);
    assertNothingIsLeft();
  }

  @Test
  void aRequestThatTimesOutIsAnsweredAndItsCoroutineIsCancelled() {
    assertCancelled(application.get("/shop/late"), "The request did not complete within 200 ms.");

    assertCancelledOnTheHub();
  }

  @Test
  void aStatementOfACoroutineEndsWithItsRequest() {
    assertCancelled(
        application.get("/shop/late-query"), "The request did not complete within 200 ms.");

    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"request", "async"})
  void aKillEndsTheRequestAndItsCoroutine(String kind) {
    CompletableFuture<HttpResponse<String>> answer = application.send("/shop/patient");
    awaitBegun();
    kill(awaitLiving(kind));

    assertCancelled(answer.join(), "The request was cancelled before it completed.");
    assertCancelledOnTheHub();
  }

  @Test
  void theCoroutineOfADisconnectedClientIsCancelled() throws IOException {
    try (Socket _ = application.connect("GET /shop/patient HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      awaitBegun();
      awaitLiving("request");
    }
    assertCancelledOnTheHub();
  }

  @Test
  void aTurnIsHeldAcrossSuspensions() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(50, "/shop/7/turn");

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo("1"));
    assertThat(shop().getMostInTurn()).hasValue(1);
  }

  @Test
  void theNextTurnBeginsWhenACancelledCoroutineIsComplete() {
    CompletableFuture<HttpResponse<String>> first = application.send("/shop/8/long-turn");
    awaitBegun();
    CompletableFuture<HttpResponse<String>> next = application.send("/shop/8/long-turn");
    GreenletTask<?> asyncRequestTask = awaitLiving("async");
    kill(Objects.requireNonNull(asyncRequestTask.parent()));

    assertThat(first.join().statusCode()).isEqualTo(503);
    await().atMost(PATIENCE).until(() -> shop().getBegun().get() == 2);
    assertThat(shop().getCancelled()).hasValue(1);
    kill(awaitLiving("async"));
    assertThat(next.join().statusCode()).isEqualTo(503);
    assertNothingIsLeft();
  }

  private SuspendingShop shop() {
    return application.bean(SuspendingShop.class);
  }

  private void awaitBegun() {
    await().atMost(PATIENCE).until(() -> shop().getBegun().get() == 1);
  }

  private void assertCancelledOnTheHub() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(shop().getCancelled()).hasValue(1));
    assertNothingIsLeft();
  }

  private static void assertCancelled(HttpResponse<String> answer, String detail) {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body()).contains("\"status\":503", detail);
  }

  private void assertNothingIsLeft() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(application.greenlets()).isEmpty());
  }

  /** Waits until the request is asynchronous. */
  private GreenletTask<?> awaitLiving(String kind) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                application.bean(GreenletRuntime.class).live().stream()
                    .filter(each -> each.kind().equals("async"))
                    .filter(each -> each.parent() != null && each.waitingOn() != null)
                    .map(each -> kind.equals("async") ? each : each.parent())
                    .filter(each -> each != null && each.waitingOn() != null)
                    .findFirst()
                    .orElse(null),
            Objects::nonNull);
  }

  private void kill(GreenletTask<?> greenlet) {
    assertThat(application.delete("/actuator/greenlets/" + greenlet.id()).statusCode())
        .isEqualTo(204);
  }

  @Configuration(proxyBeanMethods = false)
  static class Clients {
    @Bean
    RestClient restClient(RestClient.Builder builder) {
      return builder.build();
    }
  }
}
