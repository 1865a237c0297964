package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.Greenlet;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The endpoint through a real server. */
@EachServer
@Timeout(60)
class EndpointTests {
  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application = host.start(List.of(Waiting.class), "greenlet.hubs=3");
  }

  @BeforeEach
  void closeTheGate() {
    application.bean(Waiting.class).renew();
  }

  @AfterEach
  void openTheGate() {
    application.bean(Waiting.class).release().countDown();
    await().untilAsserted(() -> assertThat(application.greenlets()).isEmpty());
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void theJsonHasTheStableFields() {
    CompletableFuture<HttpResponse<String>> answer = application.send("/wait?password=x");
    JsonNode greenlet = awaitWaiting();
    JsonNode forest = application.json("/actuator/greenlets");

    assertThat(forest.propertyNames()).containsExactly("hubs", "lanes", "greenlets");
    assertThat(forest.get("hubs")).hasSize(3);
    assertThat(forest.get("hubs").get(0).propertyNames())
        .containsExactly(
            "name", "state", "live", "ready", "switches", "carriers", "lent", "withoutExclusivity");
    assertThat(forest.get("lanes")).hasSize(2);
    assertThat(forest.get("lanes").get(0).propertyNames())
        .containsExactly("name", "live", "carriers", "maxCarriers", "starvedMs");
    assertThat(greenlet.propertyNames())
        .containsExactly(
            "id",
            "name",
            "kind",
            "lane",
            "state",
            "waitingOn",
            "ageMs",
            "switches",
            "children",
            "more");
    assertThat(greenlet.get("name").asString()).isEqualTo("GET /wait");
    assertThat(greenlet.get("state").asString()).isEqualTo("parked");
    assertThat(greenlet.path("waitingOn").propertyNames()).containsExactly("kind", "detail");
    application.bean(Waiting.class).release().countDown();
    assertThat(answer.join().statusCode()).isEqualTo(200);
  }

  @Test
  void aRunningGreenletHasAnExplicitNullAsItsWait() {
    CompletableFuture<HttpResponse<String>> answer = application.send("/spin");
    await()
        .untilAsserted(
            () ->
                assertThat(application.greenlets())
                    .singleElement()
                    .satisfies(
                        greenlet -> {
                          assertThat(greenlet.get("state").asString()).isEqualTo("running");
                          assertThat(greenlet.has("waitingOn")).isTrue();
                          assertThat(greenlet.path("waitingOn").isNull()).isTrue();
                        }));
    application.bean(Waiting.class).release().countDown();
    assertThat(answer.join().statusCode()).isEqualTo(200);
  }

  @Test
  void oneGreenletIsShownWithItsStack() {
    application.send("/wait");
    long id = awaitWaiting().get("id").asLong();
    JsonNode detail = application.json("/actuator/greenlets/" + id);

    assertThat(detail.get("id").asLong()).isEqualTo(id);
    assertThat(detail.get("stack").valueStream())
        .anyMatch(frame -> frame.asString().contains("EndpointTests$Waiting.await"));
  }

  @Test
  void anUnknownIdIsNotFoundAndAnInvalidOneIsRejected() {
    assertThat(application.get("/actuator/greenlets/4711").statusCode()).isEqualTo(404);
    assertThat(application.get("/actuator/greenlets/abc").statusCode()).isEqualTo(400);
  }

  @Test
  void noGreenletIsKilledWithoutUnrestrictedAccess() {
    CompletableFuture<HttpResponse<String>> answer = application.send("/wait");
    long id = awaitWaiting().get("id").asLong();

    assertThat(application.delete("/actuator/greenlets/" + id).statusCode()).isEqualTo(405);

    application.bean(Waiting.class).release().countDown();
    assertThat(answer.join().statusCode()).isEqualTo(200);
  }

  @Test
  void theTextIsServedOnRequest() {
    HttpResponse<String> text = application.get("/actuator/greenlets", "Accept", "text/plain");

    assertThat(text.headers().firstValue("Content-Type").map(MediaType::parseMediaType))
        .hasValue(MediaType.parseMediaType("text/plain;charset=UTF-8"));
    assertThat(text.body()).startsWith("hub greenlet-0 ").contains("hub greenlet-2 ");
  }

  @Test
  void theHealthIsServedWhileAHubIsBusy() {
    CompletableFuture<HttpResponse<String>> answer = application.send("/spin");
    await().untilAsserted(() -> assertThat(application.greenlets()).hasSize(1));

    assertThat(application.get("/actuator/health").statusCode()).isEqualTo(200);
    application.bean(Waiting.class).release().countDown();
    answer.join();
  }

  private JsonNode awaitWaiting() {
    await()
        .untilAsserted(
            () ->
                assertThat(application.greenlets())
                    .singleElement()
                    .satisfies(
                        greenlet ->
                            assertThat(greenlet.path("waitingOn").path("kind").asString())
                                .isEqualTo("latch")));
    return application.greenlets().getFirst();
  }

  @RestController
  @Greenlet
  static class Waiting {
    private volatile CountDownLatch release = new CountDownLatch(1);

    void renew() {
      release = new CountDownLatch(1);
    }

    CountDownLatch release() {
      return release;
    }

    @GetMapping("/wait")
    public boolean await() throws InterruptedException {
      return SwitchPoint.call(
          new WaitReason("latch", ""),
          () -> {
            release.await();
            return true;
          });
    }

    @GetMapping("/spin")
    public boolean spin() {
      while (release.getCount() > 0) {
        Thread.onSpinWait();
      }
      return true;
    }
  }
}
