package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.web.admission.Admission;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/** Admission through a real server: one live request, one queued request. */
@EachServer
@Timeout(120)
class AdmittedRequestsTests {
  @Parameter private Host host;
  private RunningApplication application;

  private Doors doors;
  private Admission admission;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Doors.class, DelayedStream.class),
            "greenlet.web.max-live=1",
            "greenlet.web.queue-timeout=50s",
            "greenlet.web.always-admit=/status/**",
            "spring.mvc.async.request-timeout=50s",
            "management.endpoint.health.probes.enabled=true",
            "management.endpoint.health.probes.add-additional-paths=true");
    doors = application.bean(Doors.class);
    admission = application.bean(Admission.class);
  }

  @AfterEach
  void releaseAll() {
    doors.open.release(1000);
    assertNoLiveRequests();
    doors.open.drainPermits();
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void aRejectedRequestGetsTheNumbersAndRetryAfter() {
    CompletableFuture<HttpResponse<String>> live = live();
    CompletableFuture<HttpResponse<String>> waiting = waiting();

    HttpResponse<String> refused = application.get("/door?password=secret");

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("50");
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(new JsonMapper().readTree(refused.body()))
        .isEqualTo(
            new JsonMapper()
                .readTree(
                    """
                    {"type":"urn:greenlet:problem:queue-full","title":"Queue full","status":503,
                     "detail":"Server busy: 1 active requests, 1 queued."}\
                    """));
    doors.open.release(2);
    assertThat(live.join().statusCode()).isEqualTo(200);
    assertThat(waiting.join().statusCode()).isEqualTo(200);
    assertThat(doors.most()).isEqualTo(1);
  }

  @Test
  void aQueuedRequestIsShownAndTheManagementRespondsUnderLoad() {
    live();
    waiting();

    await()
        .untilAsserted(
            () ->
                assertThat(application.greenlets())
                    .extracting(greenlet -> greenlet.path("waitingOn").path("kind").asString())
                    .containsExactlyInAnyOrder("door", "admission"));
    assertThat(application.greenlets())
        .extracting(greenlet -> greenlet.path("waitingOn").path("detail").asString())
        .contains("position 1 in the queue on arrival, 1 live");
    for (String path :
        List.of(
            "/actuator", "/actuator/health", "/actuator/health/liveness", "/livez", "/readyz")) {
      assertThat(application.get(path).statusCode()).as(path).isEqualTo(200);
    }
  }

  @Test
  void exemptPathsAreAdmittedAndSimilarOnesAreNot() {
    live();
    waiting();

    assertThat(application.get("/status/quick").statusCode()).isEqualTo(200);
    for (String path :
        List.of("/status/..;/quick", "/quick;/status/x", "/quick?/status/x", "/quick")) {
      assertThat(application.get(path).statusCode()).as(path).isIn(400, 503);
    }
  }

  @Test
  void aKilledWaiterIsAnsweredAndLeavesTheQueue() {
    CompletableFuture<HttpResponse<String>> live = live();
    CompletableFuture<HttpResponse<String>> waiting = waiting();

    queued().kill("no time for that");

    assertThat(waiting.join().statusCode()).isEqualTo(503);
    assertThat(waiting.join().body()).contains("The request was cancelled while it was queued.");
    assertThat(admission.snapshot().waiting()).isZero();
    doors.open.release();
    assertThat(live.join().statusCode()).isEqualTo(200);
    assertNoLiveRequests();
  }

  @Test
  void anErrorReleasesThePermitAndItsPageNeedsNone() {
    long before = admission.snapshot().admitted();
    for (int i = 0; i < 5; i++) {
      assertThat(application.get("/error-prone").statusCode()).isEqualTo(500);
    }

    assertNoLiveRequests();
    assertThat(admission.snapshot().admitted() - before).isEqualTo(5);
  }

  @Test
  void anAsynchronousRequestHoldsItsPermitUntilItCompletes() {
    long before = admission.snapshot().admitted();
    for (String path : List.of("/callable", "/deferred")) {
      CompletableFuture<HttpResponse<String>> answer = application.send(path);
      await().untilAsserted(() -> assertThat(doors.asynchronous).hasSize(1));
      assertThat(admission.snapshot().live()).as(path).isEqualTo(1);
      CompletableFuture<HttpResponse<String>> next = waiting();

      doors.completeOne();
      doors.open.release();

      assertThat(answer.join().body()).isEqualTo("done");
      assertThat(next.join().statusCode()).isEqualTo(200);
      assertNoLiveRequests();
    }
    assertThat(admission.snapshot().admitted() - before).isEqualTo(4);
  }

  @Test
  void anAsynchronousRequestThatFailsOrTimesOutReleasesItsPermit() {
    assertThat(application.get("/late").statusCode()).isEqualTo(503);
    assertNoLiveRequests();

    CompletableFuture<HttpResponse<String>> answer = application.send("/deferred");
    await().untilAsserted(() -> assertThat(doors.asynchronous).hasSize(1));
    Objects.requireNonNull(doors.asynchronous.poll()).setErrorResult(new IOException("broken"));
    assertThat(answer.join().statusCode()).isEqualTo(500);
    assertNoLiveRequests();
  }

  @Test
  void aStreamReleasesItsPermitWhenItsClientDisconnects() throws Exception {
    try (Socket client = new Socket("localhost", application.port())) {
      send(client, "/stream");
      assertThat(client.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
      client.setSoLinger(true, 0); // a reset
    }

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              doors.emit();
              assertThat(admission.snapshot().live()).isZero();
            });
  }

  @Test
  void aStreamThatBreaksBeforeItsRequestIsHandledReleasesItsPermit() throws Exception {
    DelayedStream stream = application.bean(DelayedStream.class);
    try (Socket client = new Socket("localhost", application.port())) {
      send(client, "/delayed-stream");
      assertThat(client.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
      client.setSoLinger(true, 0); // a reset
    }
    await().until(() -> !stream.send());

    stream.handled();

    assertNoLiveRequests();
  }

  @Test
  void aDisconnectedClientHoldsNoPermitForever() throws Exception {
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Socket client = new Socket("localhost", application.port());
      send(client, "/door");
      clients.add(client);
    }
    await().untilAsserted(() -> assertThat(admission.snapshot().waiting()).isEqualTo(1));
    for (Socket client : clients) {
      client.setSoLinger(true, 0);
      client.close();
    }

    doors.open.release(2);

    assertNoLiveRequests();
    assertThat(application.get("/quick").statusCode()).isEqualTo(200);
  }

  private static void send(Socket client, String path) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write(
        ("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path))
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** A request that is admitted and does not end. */
  private CompletableFuture<HttpResponse<String>> live() {
    CompletableFuture<HttpResponse<String>> answer = application.send("/door");
    await().untilAsserted(() -> assertThat(admission.snapshot().live()).isEqualTo(1));
    return answer;
  }

  /** A queued request. */
  private CompletableFuture<HttpResponse<String>> waiting() {
    CompletableFuture<HttpResponse<String>> answer = application.send("/door");
    await().untilAsserted(() -> assertThat(admission.snapshot().waiting()).isEqualTo(1));
    return answer;
  }

  private GreenletTask<?> queued() {
    return await()
        .until(
            () ->
                application.bean(GreenletRuntime.class).live().stream()
                    .filter(AdmittedRequestsTests::waitsForAdmission)
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static boolean waitsForAdmission(GreenletTask<?> task) {
    WaitReason reason = task.waitingOn();
    return reason != null && reason.kind().equals(WaitReason.ADMISSION);
  }

  private void assertNoLiveRequests() {
    await().untilAsserted(() -> assertThat(admission.snapshot().live()).isZero());
    assertThat(admission.snapshot().waiting()).isZero();
  }

  @RestController
  static class Doors {
    private final Semaphore open = new Semaphore(0);
    private final Queue<DeferredResult<String>> asynchronous = new ConcurrentLinkedQueue<>();
    private final Queue<SseEmitter> emitters = new ConcurrentLinkedQueue<>();
    private int inside; // guarded by this
    private int most; // guarded by this

    @GetMapping("/door")
    public boolean door() throws InterruptedException {
      count(1);
      try {
        return SwitchPoint.call(
            new WaitReason("door", ""),
            () -> {
              open.acquire();
              return true;
            });
      } finally {
        count(-1);
      }
    }

    private synchronized void count(int change) {
      inside += change;
      most = Math.max(most, inside);
    }

    synchronized int most() {
      return most;
    }

    @GetMapping({"/status/quick", "/quick"})
    public boolean quick() {
      return true;
    }

    @GetMapping("/error-prone")
    public boolean fail() {
      throw new IllegalStateException("on purpose");
    }

    @GetMapping("/callable")
    public Callable<String> callable() {
      DeferredResult<String> result = new DeferredResult<>();
      CompletableFuture<String> done = new CompletableFuture<>();
      result.setResultHandler(value -> done.complete(String.valueOf(value)));
      asynchronous.add(result);
      return done::join;
    }

    @GetMapping("/deferred")
    public DeferredResult<String> deferred() {
      DeferredResult<String> result = new DeferredResult<>();
      asynchronous.add(result);
      return result;
    }

    @GetMapping("/late")
    public DeferredResult<String> late() {
      return new DeferredResult<>(50L);
    }

    @GetMapping("/stream")
    public SseEmitter stream() throws IOException {
      SseEmitter emitter = new SseEmitter(2_000L); // Jetty does not detect it sooner
      emitter.send("first");
      emitters.add(emitter);
      return emitter;
    }

    void completeOne() {
      Objects.requireNonNull(asynchronous.poll()).setResult("done");
    }

    void emit() {
      for (SseEmitter emitter : emitters) {
        try {
          emitter.send("more");
        } catch (IOException | IllegalStateException disconnected) {
          emitters.remove(emitter);
        }
      }
    }
  }
}
