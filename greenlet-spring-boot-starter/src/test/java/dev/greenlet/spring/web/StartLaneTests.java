package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.KeepAliveClient.Answer;
import dev.greenlet.spring.web.lane.LaneGuesses;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The lane on which a request runs before its handler, for each connection. */
@EachServer
@Timeout(120)
class StartLaneTests {
  private static final String SHARED = "greenlet-shared";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(OnAHub.class, OnAnotherHub.class, Plain.class, LaneTellingFilter.class),
            "greenlet.hubs=2",
            "server.tomcat.max-keep-alive-requests=-1");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void aRequestStartsOnTheLaneOfThePreviousOneIfEachWaitGivesUpTheLane() throws Exception {
    try (KeepAliveClient client = new KeepAliveClient(application.port())) {
      assertThat(startOf(client.ask("/hub"))).isEqualTo(SHARED);
      if (host.engine().equals("native")) {
        long hits = application.bean(LaneGuesses.class).hits();
        untilItStartsOnItsHub(client, "/hub");
        assertThat(application.bean(LaneGuesses.class).hits()).isGreaterThan(hits);
      } else {
        for (int i = 0; i < 50; i++) {
          assertThat(startOf(client.ask("/hub"))).isEqualTo(SHARED);
        }
      }
    }
  }

  @Test
  void theHandlerRunsOnItsLaneAfterAWrongGuess() throws Exception {
    try (KeepAliveClient client = new KeepAliveClient(application.port())) {
      String hub = client.get("/hub");
      String another = client.get("/another");
      assertThat(another).isNotEqualTo(hub).isNotEqualTo(SHARED);
      for (int i = 0; i < 100; i++) {
        assertThat(client.get("/hub")).isEqualTo(hub);
        assertThat(client.get("/hub")).isEqualTo(hub);
        assertThat(client.get("/another")).isEqualTo(another);
        assertThat(client.get("/plain")).isEqualTo(SHARED);
        assertThat(client.ask("/nowhere").status()).isEqualTo(404);
      }
    }
  }

  @Test
  void pipelinedRequestsRunOnTheirLanesToo() throws Exception {
    try (KeepAliveClient client = new KeepAliveClient(application.port())) {
      String hub = client.get("/hub");
      for (int i = 0; i < 20; i++) {
        client.send(
            KeepAliveClient.request("/hub")
                + KeepAliveClient.request("/plain")
                + KeepAliveClient.request("/hub"));
        assertThat(client.receive().body()).isEqualTo(hub);
        assertThat(client.receive().body()).isEqualTo(SHARED);
        assertThat(client.receive().body()).isEqualTo(hub);
      }
    }
  }

  @Test
  void theNextRequestStartsOnTheSharedLaneAfterASlowFilter() throws Exception {
    try (KeepAliveClient client = new KeepAliveClient(application.port())) {
      client.get("/hub");
      client.get("/hub", "X-Filter: slow");
      assertThat(startOf(client.ask("/hub"))).isEqualTo(SHARED);
    }
  }

  @Test
  void theNextRequestStartsOnTheSharedLaneAfterARequestWithoutHandler() throws Exception {
    try (KeepAliveClient client = new KeepAliveClient(application.port())) {
      client.get("/hub");
      assertThat(client.ask("/hub", "X-Filter: refuse").status()).isEqualTo(403);
      assertThat(startOf(client.ask("/hub"))).isEqualTo(SHARED);
    }
  }

  @Test
  void theMetersCountRightAndWrongGuesses() throws Exception {
    LaneGuesses guesses = application.bean(LaneGuesses.class);
    MeterRegistry meters = application.bean(MeterRegistry.class);
    try (KeepAliveClient client = new KeepAliveClient(application.port())) {
      client.get("/hub");
      client.get("/plain");
    }

    assertThat(count(meters, "hit")).isEqualTo(guesses.hits());
    assertThat(count(meters, "miss")).isEqualTo(guesses.misses()).isPositive();
  }

  private static double count(MeterRegistry meters, String result) {
    return meters.get("greenlet.web.lane.guess").tag("result", result).functionCounter().count();
  }

  /** Repeats the request, as it may occasionally take long to the handler on a busy machine. */
  private static void untilItStartsOnItsHub(KeepAliveClient client, String path) {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .untilAsserted(
            () -> {
              Answer answer = client.ask(path);
              assertThat(startOf(answer)).isEqualTo(answer.body());
            });
  }

  private static String startOf(Answer answer) {
    return answer.headers().stream()
        .filter(header -> header.startsWith("X-Start-Lane: "))
        .map(header -> header.substring(14))
        .findFirst()
        .orElseThrow();
  }

  static String currentLane() {
    return Greenlets.current().lane().name();
  }

  static final class LaneTellingFilter implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      HttpServletResponse answer = (HttpServletResponse) response;
      answer.setHeader("X-Start-Lane", currentLane());
      switch (((HttpServletRequest) request).getHeader("X-Filter")) {
        case "slow" -> {
          long end = System.nanoTime() + Duration.ofMillis(5).toNanos();
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
          chain.doFilter(request, response);
        }
        case "refuse" -> answer.setStatus(403);
        case null, default -> chain.doFilter(request, response);
      }
    }
  }

  @RestController
  @Greenlet
  static class OnAHub {
    @GetMapping("/hub")
    public String lane() {
      return currentLane();
    }
  }

  @RestController
  @Greenlet
  static class OnAnotherHub {
    @GetMapping("/another")
    public String lane() {
      return currentLane();
    }
  }

  @RestController
  static class Plain {
    @GetMapping("/plain")
    public String lane() {
      return currentLane();
    }
  }
}
