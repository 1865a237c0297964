package dev.greenlet.spring.web.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Registration;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asynchronous requests that are cancelled, through real sockets. */
@EachServer
@Timeout(240)
class CancelledAsyncRequestsTests {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofDays(1);
  private static final String MORE_THAN_A_BUFFER = "first ".repeat(20_000);

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Late.class, Patient.class, Unlimited.class),
            "greenlet.hubs=1",
            "greenlet.web.timeout=300ms",
            "greenlet.web.disconnect-check=50ms",
            "spring.mvc.async.request-timeout=120s",
            "management.endpoint.greenlets.access=unrestricted");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "callable",
        "swallowing",
        "web-async-task",
        "unwritten",
        "deferred",
        "future",
        "spawned-future",
        "mono",
        "flux"
      })
  void aRequestThatTimesOutIsAnsweredAndItsChildrenAreKilled(String path) {
    HttpResponse<String> answer = application.get("/late/" + path);

    assertCancelled(answer, "The request did not complete within 200 ms.");
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stream", "events", "flux-of-events"})
  void aStreamIsAbortedWhenTheTimeLimitOfItsHandlerExpires(String path) {
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> application.send("/late/" + path).join())
        .withCauseInstanceOf(IOException.class);
    assertNothingIsLeft();
  }

  @Test
  void aLateResultHasNoEffect() {
    assertCancelled(
        application.get("/late/deferred"), "The request did not complete within 200 ms.");

    assertThat(application.bean(Late.class).deferred().setResult("too late")).isFalse();
  }

  @Test
  void theCallableHasTheRemainingTime() {
    assertThat(application.get("/patient/left").body()).isEqualTo("less than 60 s");
  }

  @Test
  void theDefaultLimitEndsARequestBeforeItsResponseBegins() {
    assertCancelled(
        application.get("/unlimited/callable"), "The request did not complete within 300 ms.");
    assertNothingIsLeft();
  }

  @Test
  void theDefaultLimitDoesNotEndAStreamThatHasBegun() {
    assertThat(application.get("/unlimited/events").body())
        .isEqualTo("data:first\n\ndata:last\n\n");
    assertThat(application.get("/unlimited/stream").body()).endsWith("last");
  }

  @ParameterizedTest
  @ValueSource(strings = {"callable", "swallowing", "deferred"})
  void aKillOfTheRequestEndsItWithItsChildren(String path) {
    CompletableFuture<HttpResponse<String>> answer = application.send("/patient/" + path);
    kill(awaitLiving("request", "GET /patient/" + path));

    assertCancelled(answer.join(), "The request was cancelled before it completed.");
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"callable", "swallowing"})
  void aKillOfTheCallableEndsItsRequest(String path) {
    CompletableFuture<HttpResponse<String>> answer = application.send("/patient/" + path);
    kill(awaitLiving("async", "GET /patient/" + path));

    assertCancelled(answer.join(), "The request was cancelled before it completed.");
    assertNothingIsLeft();
  }

  @Test
  void aCallableIsKilledBeforeItBegins() {
    Patient patient = application.bean(Patient.class);
    patient.begun().set(0);
    HttpResponse<String> answer = application.get("/patient/killed-before-it-begins");

    assertCancelled(answer, "The request was cancelled before it completed.");
    assertThat(patient.begun()).hasValue(0);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"callable", "deferred", "events"})
  void aRequestIsCancelledWhenItsClientDisconnects(String path) throws IOException {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
      client
          .getOutputStream()
          .write(
              "GET /patient/%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .formatted(path)
                  .getBytes(StandardCharsets.US_ASCII));
      awaitLiving("task", "child");
    }
    assertNothingIsLeft();
  }

  private static void assertCancelled(HttpResponse<String> answer, String detail) {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(answer.body())
        .containsPattern("\"type\":\"urn:greenlet:problem:(timed-out|cancelled)\"")
        .contains("\"status\":503", detail);
  }

  private void assertNothingIsLeft() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(application.greenlets()).isEmpty());
  }

  /** Waits until a request is asynchronous and one of its greenlets waits. */
  private GreenletTask<?> awaitLiving(String kind, String name) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                application.bean(GreenletRuntime.class).live().stream()
                    .filter(each -> each.kind().equals(kind) && each.name().startsWith(name))
                    .filter(each -> each.waitingOn() != null)
                    .findFirst()
                    .orElse(null),
            Objects::nonNull);
  }

  private void kill(GreenletTask<?> greenlet) {
    assertThat(application.delete("/actuator/greenlets/" + greenlet.id()).statusCode())
        .isEqualTo(204);
  }

  private static String sleep() throws InterruptedException {
    Greenlets.sleep(LONG);
    return "slept";
  }

  private static String swallow() throws InterruptedException {
    try {
      return sleep();
    } catch (GreenletExit swallowed) {
      return "nothing happened";
    }
  }

  @RestController
  @Greenlet(timeout = "200ms")
  static class Late {
    private volatile DeferredResult<String> deferred = new DeferredResult<>();

    public DeferredResult<String> deferred() {
      return deferred;
    }

    @GetMapping("/late/callable")
    public Callable<String> callable() {
      Greenlets.spawn("child", CancelledAsyncRequestsTests::sleep);
      return () -> Greenlets.spawn("grandchild", CancelledAsyncRequestsTests::sleep).get();
    }

    @GetMapping("/late/swallowing")
    public Callable<String> swallowing() {
      return CancelledAsyncRequestsTests::swallow;
    }

    @GetMapping("/late/web-async-task")
    public WebAsyncTask<String> webAsyncTask() {
      WebAsyncTask<String> task = new WebAsyncTask<>(100_000L, CancelledAsyncRequestsTests::sleep);
      task.onTimeout(() -> "its own timeout");
      return task;
    }

    @GetMapping("/late/unwritten")
    public StreamingResponseBody unwritten() {
      return out -> {
        out.write("not sent yet".getBytes(StandardCharsets.UTF_8));
        sleepForStream();
      };
    }

    @GetMapping("/late/deferred")
    public DeferredResult<String> later() {
      deferred = new DeferredResult<>(100_000L, "its own timeout");
      Greenlets.spawn("child", CancelledAsyncRequestsTests::sleep);
      return deferred;
    }

    @GetMapping("/late/future")
    public CompletableFuture<String> future() {
      return new CompletableFuture<>();
    }

    @GetMapping("/late/spawned-future")
    public CompletableFuture<String> spawnedFuture() {
      return Greenlets.spawn("child", CancelledAsyncRequestsTests::sleep).toCompletableFuture();
    }

    @GetMapping("/late/mono")
    public Mono<String> mono() {
      return Mono.never();
    }

    @GetMapping(path = "/late/flux", produces = MediaType.APPLICATION_JSON_VALUE)
    public Flux<Map<String, String>> flux() {
      return Flux.never();
    }

    @GetMapping("/late/stream")
    public StreamingResponseBody stream() {
      return out -> {
        out.write(MORE_THAN_A_BUFFER.getBytes(StandardCharsets.UTF_8));
        sleepForStream();
      };
    }

    @GetMapping(path = "/late/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    public SseEmitter events() {
      SseEmitter emitter = new SseEmitter();
      Greenlets.spawn(
          "child",
          () -> {
            emitter.send("first");
            return sleep();
          });
      return emitter;
    }

    @GetMapping(path = "/late/flux-of-events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    public Flux<String> fluxOfEvents() {
      return Flux.concat(Flux.just("first"), Flux.never());
    }
  }

  private static void sleepForStream() throws IOException {
    try {
      Greenlets.sleep(LONG);
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    }
  }

  @RestController
  @Greenlet(timeout = "60s")
  static class Patient {
    private final AtomicInteger begun = new AtomicInteger();
    private final GreenletRuntime runtime;

    Patient(GreenletRuntime runtime) {
      this.runtime = runtime;
    }

    public AtomicInteger begun() {
      return begun;
    }

    @GetMapping("/patient/left")
    public Callable<String> left() {
      return () -> {
        Duration left = Objects.requireNonNull(Greenlets.current().deadline()).remaining();
        return left.isPositive() && left.compareTo(Duration.ofSeconds(60)) < 0
            ? "less than 60 s"
            : "" + left;
      };
    }

    @GetMapping("/patient/callable")
    public Callable<String> callable() {
      return () -> Greenlets.spawn("child", CancelledAsyncRequestsTests::sleep).get();
    }

    @GetMapping("/patient/swallowing")
    public Callable<String> swallowing() {
      return CancelledAsyncRequestsTests::swallow;
    }

    @GetMapping("/patient/deferred")
    public DeferredResult<String> deferred() {
      Greenlets.spawn("child", CancelledAsyncRequestsTests::sleep);
      return new DeferredResult<>();
    }

    @GetMapping(path = "/patient/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    public SseEmitter events() {
      Greenlets.spawn("child", CancelledAsyncRequestsTests::sleep);
      return new SseEmitter();
    }

    /** Kills the greenlet of the callable when it is spawned, before it is on its hub. */
    @GetMapping("/patient/killed-before-it-begins")
    public Callable<String> killedBeforeItBegins() {
      AtomicReference<Registration> listening = new AtomicReference<>();
      listening.set(
          runtime.onSpawn(
              spawned -> {
                if (spawned.kind().equals("async")) {
                  listening.get().close();
                  spawned.kill("by the test");
                }
              }));
      return () -> {
        begun.incrementAndGet();
        return sleep();
      };
    }
  }

  @RestController
  @Greenlet
  static class Unlimited {
    @GetMapping("/unlimited/callable")
    public Callable<String> callable() {
      return CancelledAsyncRequestsTests::sleep;
    }

    @GetMapping(path = "/unlimited/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    public SseEmitter events() {
      SseEmitter emitter = new SseEmitter();
      Greenlets.spawn(
          "events",
          () -> {
            emitter.send("first");
            Greenlets.sleep(Duration.ofMillis(600));
            emitter.send("last");
            emitter.complete();
            return null;
          });
      return emitter;
    }

    @GetMapping("/unlimited/stream")
    public StreamingResponseBody stream() {
      return out -> {
        out.write(MORE_THAN_A_BUFFER.getBytes(StandardCharsets.UTF_8));
        try {
          Greenlets.sleep(Duration.ofMillis(600));
        } catch (InterruptedException interrupted) {
          throw new IOException(interrupted);
        }
        out.write("last".getBytes(StandardCharsets.UTF_8));
      };
    }
  }
}
