package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.Greenlets;
import dev.greenlet.inspect.GreenletSnapshot;
import dev.greenlet.spring.Greenlet;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Requests that spawn a chain of greenlets that is deeper than a stack. */
@EachServer
@Timeout(240)
class DeepRequestsTests {
  private static final int DEPTH = 5_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(List.of(Chains.class), "greenlet.hubs=1", "greenlet.web.disconnect-check=50ms");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void theEndpointShowsALimitedDepthAndTheNumberOfGreenletsBelow() throws IOException {
    try (Socket _ = application.connect("GET /chain HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      awaitAlive(DEPTH + 1);

      JsonNode node = application.greenlets().getFirst();
      int levels = 1;
      while (!node.get("children").isEmpty()) {
        assertThat(node.get("more").asInt()).isZero();
        node = node.get("children").get(0);
        levels++;
      }

      assertThat(levels).isEqualTo(GreenletSnapshot.MAX_RENDERED_DEPTH);
      assertThat(node.get("more").asInt()).isEqualTo(DEPTH + 1 - levels);
      JsonNode detail = application.json("/actuator/greenlets/" + node.get("id").asLong());
      assertThat(detail.get("children")).hasSize(1);
      assertThat(application.get("/actuator/greenlets", "Accept", "text/plain").body())
          .contains("… %d more below".formatted(DEPTH + 1 - levels));
    }
    awaitAlive(0);
  }

  @Test
  void aDisconnectKillsTheWholeChainAndTheNextOneIsDetectedToo() throws IOException {
    for (int round = 0; round < 2; round++) {
      try (Socket _ = application.connect("GET /chain HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
        awaitAlive(DEPTH + 1);
      }
      awaitAlive(0);
    }
  }

  @Test
  void aDeadlineEndsTheWholeChain() {
    HttpResponse<String> answer = application.get("/limited");

    assertThat(answer.statusCode()).isEqualTo(503);
    awaitAlive(0);
  }

  private void awaitAlive(int expected) {
    GreenletRuntime runtime = application.bean(GreenletRuntime.class);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        runtime.live().stream()
                            .filter(each -> each.waitingOn() != null || each.isDone())
                            .count())
                    .isEqualTo(expected));
  }

  @RestController
  @Greenlet
  static class Chains {
    @GetMapping("/chain")
    public String chain() throws Exception {
      return Greenlets.spawn("link", () -> link(DEPTH)).get();
    }

    @GetMapping("/limited")
    @Greenlet(timeout = "2s")
    public String limited() throws Exception {
      return chain();
    }

    private static @Nullable String link(int left) throws InterruptedException {
      if (left > 1) {
        Greenlets.spawn("link", () -> link(left - 1));
      }
      Greenlets.sleep(Duration.ofDays(1));
      return null;
    }
  }
}
