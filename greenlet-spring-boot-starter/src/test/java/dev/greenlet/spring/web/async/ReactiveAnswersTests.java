package dev.greenlet.spring.web.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.reactor.GreenletMono;
import dev.greenlet.spring.reactor.HubScheduler;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Handlers that return a Mono or a Flux: the lanes of its operators, and the end of the response.
 */
@EachServer
@Timeout(120)
class ReactiveAnswersTests {
  private static final int MANY = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application = host.start(List.of(Reactive.class, Exclusive.class), "greenlet.hubs=2");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void aMonoIsSubscribedByTheGreenletOfItsRequest() {
    assertThat(application.get("/mono").body()).matches("request 'GET /mono' on greenlet-\\d");
  }

  @Test
  void aFluxIsSubscribedByTheGreenletOfItsRequestAndItsResponseIsComplete() {
    assertThat(application.json("/flux").valueStream().map(value -> value.get("name").asString()))
        .hasSize(MANY)
        .startsWith("0 by request 'GET /flux'")
        .endsWith(MANY - 1 + " by request 'GET /flux'");
  }

  @Test
  void operatorsPublishedOnAHubRunInGreenletsThere() {
    assertThat(application.get("/published").body()).matches("reactor '.*' on greenlet-\\d");
  }

  @Test
  void aGreenletMonoRunsOnTheHubOfItsHandler() {
    assertThat(application.get("/spawned").body()).matches("task 'spawned' on greenlet-\\d");
  }

  @Test
  void theValuesOfAStreamAreSentInOrder() {
    String events =
        String.join("", IntStream.range(0, MANY).mapToObj("data:%d\n\n"::formatted).toList());

    assertThat(application.get("/events").body()).isEqualTo(events);
  }

  @Test
  void theTurnOfAMonoEndsWithItsResponse() {
    CompletableFuture<HttpResponse<String>> holder = application.send("/turn/held");
    Exclusive exclusive = application.bean(Exclusive.class);
    await().atMost(PATIENCE).until(() -> exclusive.held().currentSubscriberCount() == 1);
    CompletableFuture<HttpResponse<String>> next = application.send("/turn/now");
    await().atMost(PATIENCE).until(this::isTurnAwaited);
    exclusive.held().tryEmitValue("done").orThrow();

    assertThat(holder.join().body()).isEqualTo("done");
    assertThat(next.join().body()).isEqualTo("mine");
  }

  private boolean isTurnAwaited() {
    return application.greenlets().stream()
        .anyMatch(each -> each.path("waitingOn").path("kind").asString().equals("turn"));
  }

  private static String onLane() {
    GreenletTask<?> current = Greenlets.current();
    return describe() + " on " + current.lane().name();
  }

  private static String describe() {
    GreenletTask<?> current = Greenlets.current();
    return "%s '%s'".formatted(current.kind(), current.name());
  }

  @RestController
  @Greenlet
  static class Reactive {
    private final GreenletRuntime runtime;

    Reactive(GreenletRuntime runtime) {
      this.runtime = runtime;
    }

    @GetMapping("/mono")
    public Mono<String> mono() {
      return Mono.fromCallable(ReactiveAnswersTests::onLane);
    }

    @GetMapping(path = "/flux", produces = MediaType.APPLICATION_JSON_VALUE)
    public Flux<Named> flux() {
      return Flux.range(0, MANY).map(number -> new Named(number + " by " + describe()));
    }

    @GetMapping("/published")
    public Mono<String> published() {
      return Mono.just("")
          .publishOn(HubScheduler.on(runtime, Greenlets.current().lane()))
          .map(_ -> onLane());
    }

    @GetMapping("/spawned")
    public Mono<String> spawned() {
      return GreenletMono.from(
          runtime, SpawnOptions.named("spawned"), ReactiveAnswersTests::onLane);
    }

    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    public Flux<Integer> events() {
      return Flux.range(0, MANY);
    }
  }

  @RestController
  @Greenlet(hub = "turns", exclusive = true)
  static class Exclusive {
    private final Sinks.One<String> held = Sinks.one();

    Sinks.One<String> held() {
      return held;
    }

    @GetMapping("/turn/held")
    public Mono<String> hold() {
      return held.asMono();
    }

    @GetMapping("/turn/now")
    public Mono<String> now() {
      return Mono.just("mine");
    }
  }

  record Named(String name) {}
}
