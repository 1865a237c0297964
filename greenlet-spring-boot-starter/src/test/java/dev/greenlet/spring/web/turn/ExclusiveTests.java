package dev.greenlet.spring.web.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Deadline;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** The turns of exclusive requests: their holders, their ends and their queues. */
@EachServer
@Timeout(120)
class ExclusiveTests {
  private static final int MAX_WAITING = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameter private Host host;
  private RunningApplication application;
  private Turns turns;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Turns.class, Left.class, Right.class),
            "greenlet.hubs=2",
            "greenlet.web.exclusive.max-waiting=" + MAX_WAITING);
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @BeforeEach
  void forget() {
    turns = application.bean(Turns.class);
    turns.begun().clear();
    turns.mostInside().set(0);
  }

  @AfterEach
  void assertNoTurnIsHeld() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(application.bean(KeyedMutex.class).size()).isZero());
  }

  @Test
  void waitersGetTheTurnOneAfterTheOtherInOrder() {
    CompletableFuture<HttpResponse<String>> holder = application.send("/turns/7/sleep/holder");
    awaitWaiting("sleep");
    List<CompletableFuture<HttpResponse<String>>> waiters = new ArrayList<>();
    for (int i = 0; i < MAX_WAITING; i++) {
      waiters.add(application.send("/turns/7/now/waiter-" + i));
      awaitWaiting("turn", i + 1);
    }
    assertThat(turns.begun()).containsExactly("holder");
    kill("sleep");

    assertThat(waiters).allSatisfy(waiter -> assertThat(status(waiter)).isEqualTo(200));
    assertThat(status(holder)).isGreaterThanOrEqualTo(500);
    assertThat(turns.begun()).containsExactly("holder", "waiter-0", "waiter-1", "waiter-2");
  }

  @Test
  void theKeyIsNotShown() {
    CompletableFuture<HttpResponse<String>> holder = application.send("/turns/S3CRET/sleep/holder");
    awaitWaiting("sleep");
    List<CompletableFuture<HttpResponse<String>>> waiters =
        application.sendAtOnce(2, "/turns/S3CRET/now/waiter");
    awaitWaiting("turn", 2);

    List<String> shown =
        application.greenlets().stream()
            .map(greenlet -> greenlet.path("waitingOn"))
            .filter(wait -> wait.path("kind").asString().equals("turn"))
            .map(wait -> wait.path("detail").asString())
            .distinct()
            .toList();
    kill("sleep");

    assertThat(shown)
        .singleElement()
        .asString()
        .matches("turns #path\\['key'] [0-9a-f]{8}")
        .doesNotContain("S3CRET");
    assertThat(waiters).allSatisfy(waiter -> assertThat(status(waiter)).isEqualTo(200));
    holder.join();
  }

  @Test
  void otherKeysDoNotWait() {
    CompletableFuture<HttpResponse<String>> holder = application.send("/turns/7/sleep/holder");
    awaitWaiting("sleep");

    assertThat(application.get("/turns/8/now/other").statusCode()).isEqualTo(200);
    kill("sleep");
    holder.join();
  }

  @Test
  void aRequestIsRejectedWhenTheQueueIsFull() {
    CompletableFuture<HttpResponse<String>> holder = application.send("/turns/7/sleep/holder");
    awaitWaiting("sleep");
    List<CompletableFuture<HttpResponse<String>>> waiters =
        application.sendAtOnce(MAX_WAITING, "/turns/7/now/waiter");
    awaitWaiting("turn", MAX_WAITING);
    HttpResponse<String> refused = application.get("/turns/7/now/refused");
    kill("sleep");

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(refused.body())
        .contains("\"status\":503", "Repeat the request later")
        .contains("urn:greenlet:problem:too-many-waiting", "Too many requests waiting");
    assertThat(waiters).allSatisfy(waiter -> assertThat(status(waiter)).isEqualTo(200));
    holder.join();
  }

  @Test
  void aKilledWaiterLeavesTheQueue() {
    CompletableFuture<HttpResponse<String>> holder = application.send("/turns/7/sleep/holder");
    awaitWaiting("sleep");
    CompletableFuture<HttpResponse<String>> killed = application.send("/turns/7/now/killed");
    awaitWaiting("turn");
    CompletableFuture<HttpResponse<String>> next;
    long first = idWaiting("turn");
    next = application.send("/turns/7/now/next");
    awaitWaiting("turn", 2);
    runtimeTask(first).kill("by the test");
    assertThat(status(killed)).isGreaterThanOrEqualTo(500);
    kill("sleep");

    assertThat(status(next)).isEqualTo(200);
    assertThat(turns.begun()).containsExactly("holder", "next");
    holder.join();
  }

  @Test
  void aHolderThatTimesOutReleasesTheTurn() {
    CompletableFuture<HttpResponse<String>> holder = application.send("/turns/7/out-of-time");
    assertThat(status(holder)).isGreaterThanOrEqualTo(500);

    assertThat(application.get("/turns/7/now/next").statusCode()).isEqualTo(200);
  }

  @Test
  void aHolderWhoseTimeLimitExpiresReleasesTheTurnAndNoHandlersInterleave() {
    List<CompletableFuture<HttpResponse<String>>> late =
        application.sendAtOnce(MAX_WAITING, "/turns/7/late");

    assertThat(late).allSatisfy(answer -> assertThat(status(answer)).isEqualTo(503));
    assertThat(turns.mostInside()).hasValue(1);
    assertThat(application.get("/turns/7/now/next").statusCode()).isEqualTo(200);
  }

  @Test
  void aCallableThatTimesOutHasEndedBeforeTheNextTurnBegins() {
    List<CompletableFuture<HttpResponse<String>>> late =
        application.sendAtOnce(MAX_WAITING, "/turns/7/late-callable");

    assertThat(late).allSatisfy(answer -> assertThat(status(answer)).isEqualTo(503));
    assertThat(turns.mostInside()).hasValue(1);
    assertThat(application.get("/turns/7/now/next").statusCode()).isEqualTo(200);
  }

  @Test
  void anAbortedStreamReleasesTheTurn() {
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> application.send("/turns/7/late-events").join());

    assertThat(application.get("/turns/7/now/next").statusCode()).isEqualTo(200);
  }

  @Test
  void theTurnOfAnEmitterLastsUntilItIsComplete() {
    CompletableFuture<HttpResponse<String>> holder = application.send("/turns/7/events");
    await().atMost(PATIENCE).until(() -> turns.futures().containsKey("events"));
    CompletableFuture<HttpResponse<String>> next = application.send("/turns/7/now/next");
    awaitWaiting("turn");
    assertThat(turns.begun()).isEmpty();
    Objects.requireNonNull(turns.futures().remove("events")).complete("done");

    assertThat(holder.join().body()).isEqualTo("data:done\n\n");
    assertThat(status(next)).isEqualTo(200);
  }

  @Test
  void aFailureReleasesTheTurn() {
    assertThat(application.get("/turns/7/failure").statusCode()).isEqualTo(500);
    assertThat(application.get("/turns/7/now/next").statusCode()).isEqualTo(200);
  }

  @Test
  void requestsNeverInterleaveWhileSomeOfThemAreKilled() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      answers.addAll(application.sendAtOnce(MAX_WAITING, "/turns/9/alone"));
      for (GreenletTask<?> task : application.bean(GreenletRuntime.class).live()) {
        if (task.name().startsWith("GET /turns/9") && round % 2 == 0) {
          task.kill("by the test");
          break;
        }
      }
    }
    answers.forEach(answer -> assertThat(status(answer)).isIn(200, 500, 503));

    assertThat(turns.mostInside()).hasValue(1);
  }

  @Test
  void theTurnOfAFutureLastsUntilItIsComplete() {
    CompletableFuture<HttpResponse<String>> holder = application.send("/turns/7/future/first");
    await().atMost(PATIENCE).until(() -> turns.futures().containsKey("first"));
    CompletableFuture<HttpResponse<String>> next = application.send("/turns/7/now/next");
    awaitWaiting("turn");
    CompletableFuture<String> first = turns.futures().remove("first");
    assertThat(first).isNotNull();
    first.complete("done");

    assertThat(holder.join().body()).isEqualTo("done");
    assertThat(status(next)).isEqualTo(200);
  }

  @Test
  void theTurnOfADeferredResultEndsWithItsTimeout() {
    CompletableFuture<HttpResponse<String>> holder = application.send("/turns/7/deferred");
    await().atMost(PATIENCE).until(() -> turns.begun().contains("deferred"));

    assertThat(application.get("/turns/7/now/next").statusCode()).isEqualTo(200);
    assertThat(status(holder)).isEqualTo(503);
  }

  @Test
  void theTurnOfAStreamLastsUntilItIsWritten() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(MAX_WAITING, "/turns/7/stream");

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo("alone"));
  }

  @Test
  void aDirectCallOfAHandlerIsAPlainCall() {
    assertThat(application.get("/left/1/again").body()).isEqualTo("left, left");
    assertThat(application.get("/left/1/direct").body().split(",")).containsOnly(leftHub());
  }

  @Test
  void aForwardToAHandlerOfTheSameKeyKeepsTheTurn() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        application.sendAtOnce(MAX_WAITING, "/left/1/forward");

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().body()).isEqualTo("left"));
    assertThat(application.bean(Left.class).mostInside()).hasValue(1);
  }

  @Test
  void aHandlerThatForwardsToAnotherHubReturnsToItsOwn() {
    String other = application.get("/left/1/lanes").body();

    assertThat(application.bean(Left.class).lanes()).containsOnly(leftHub()).hasSize(2);
    assertThat(other).isNotEqualTo(leftHub());
  }

  @Test
  void requestsThatWaitForEachOthersTurnsAreADetectedDeadlock() {
    CompletableFuture<HttpResponse<String>> left = application.send("/left/1/both");
    CompletableFuture<HttpResponse<String>> right = application.send("/right/1/both");

    assertThat(List.of(status(left), status(right))).containsExactlyInAnyOrder(200, 500);
  }

  private String leftHub() {
    return application.get("/left/1/lane").body();
  }

  private static int status(CompletableFuture<HttpResponse<String>> answer) {
    return answer.join().statusCode();
  }

  private void awaitWaiting(String kind) {
    awaitWaiting(kind, 1);
  }

  private void awaitWaiting(String kind, int count) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(idsWaiting(kind)).hasSize(count));
  }

  private void kill(String kind) {
    runtimeTask(idWaiting(kind)).kill("by the test");
  }

  private long idWaiting(String kind) {
    return idsWaiting(kind).getFirst();
  }

  private List<Long> idsWaiting(String kind) {
    return application.greenlets().stream()
        .filter(greenlet -> greenlet.path("waitingOn").path("kind").asString().equals(kind))
        .map(greenlet -> greenlet.get("id").asLong())
        .toList();
  }

  private GreenletTask<?> runtimeTask(long id) {
    GreenletTask<?> task = application.bean(GreenletRuntime.class).find(id);
    assertThat(task).isNotNull();
    return task;
  }

  @RestController
  @Greenlet(hub = "turns", key = "#path['key']", exclusive = true)
  @RequestMapping("/turns/{key}")
  static class Turns {
    private final List<String> begun = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<String, CompletableFuture<String>> futures =
        new ConcurrentHashMap<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();

    List<String> begun() {
      return begun;
    }

    ConcurrentMap<String, CompletableFuture<String>> futures() {
      return futures;
    }

    AtomicInteger mostInside() {
      return mostInside;
    }

    @GetMapping("/sleep/{name}")
    public String sleep(@PathVariable String name) throws InterruptedException {
      begun.add(name);
      Greenlets.sleep(PATIENCE);
      return name;
    }

    @GetMapping("/now/{name}")
    public String now(@PathVariable String name) {
      begun.add(name);
      return name;
    }

    @GetMapping("/out-of-time")
    public String outOfTime() throws InterruptedException, TimeoutException {
      return Deadline.within(
          Duration.ofMillis(20),
          () -> {
            Greenlets.sleep(PATIENCE);
            return "";
          });
    }

    @GetMapping("/failure")
    public String failure() {
      throw new IllegalStateException("to be expected");
    }

    @GetMapping("/alone")
    public String alone() throws InterruptedException {
      mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
      try {
        Greenlets.yieldNow();
        Greenlets.sleep(Duration.ofMillis(1));
        return "";
      } finally {
        inside.decrementAndGet();
      }
    }

    @GetMapping("/late")
    @Greenlet(hub = "turns", key = "#path['key']", exclusive = true, timeout = "400ms")
    public String late() throws InterruptedException {
      return insideAlone();
    }

    @GetMapping("/late-callable")
    @Greenlet(hub = "turns", key = "#path['key']", exclusive = true, timeout = "400ms")
    public Callable<String> lateCallable() {
      return this::insideAlone;
    }

    private String insideAlone() throws InterruptedException {
      mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
      try {
        Greenlets.sleep(PATIENCE);
        return "";
      } finally {
        inside.decrementAndGet();
      }
    }

    @GetMapping(path = "/late-events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Greenlet(hub = "turns", key = "#path['key']", exclusive = true, timeout = "400ms")
    public SseEmitter lateEvents() throws IOException {
      SseEmitter emitter = new SseEmitter();
      emitter.send("first");
      return emitter;
    }

    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    public SseEmitter events() {
      SseEmitter emitter = new SseEmitter();
      CompletableFuture<String> end = new CompletableFuture<>();
      futures.put("events", end);
      Greenlets.spawn(
          "events",
          () -> {
            emitter.send(Greenlets.await(end));
            emitter.complete();
            return null;
          });
      return emitter;
    }

    @GetMapping("/future/{name}")
    public CompletableFuture<String> future(@PathVariable String name) {
      return futures.computeIfAbsent(name, n -> new CompletableFuture<>());
    }

    @GetMapping("/deferred")
    public DeferredResult<String> deferred() {
      begun.add("deferred");
      return new DeferredResult<>(50L);
    }

    @GetMapping("/stream")
    public StreamingResponseBody stream() {
      int others = inside.getAndIncrement();
      return out -> {
        pause();
        out.write((others == 0 ? "alone" : "with others").getBytes(StandardCharsets.UTF_8));
        inside.decrementAndGet();
      };
    }

    private static void pause() throws IOException {
      try {
        Thread.sleep(5); // concurrent handlers would run here
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private static void forward(String path, HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    request.getRequestDispatcher(path).forward(request, response);
  }

  @RestController
  @Greenlet(hub = "left", key = "#id", exclusive = true)
  @RequestMapping("/left/{id}")
  static class Left {
    private final Right other;
    private final List<String> lanes = new CopyOnWriteArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();

    Left(Right other) {
      this.other = other;
    }

    List<String> lanes() {
      return lanes;
    }

    AtomicInteger mostInside() {
      return mostInside;
    }

    @GetMapping("/lane")
    String lane(@PathVariable long id) {
      return Greenlets.current().lane().name();
    }

    @GetMapping("/alone")
    String alone(@PathVariable long id) {
      return "left";
    }

    @GetMapping("/again")
    String again(@PathVariable long id) {
      return "left, " + alone(id);
    }

    @GetMapping("/direct")
    String direct(@PathVariable long id) {
      return lane(id) + "," + other.lane(id + 1) + "," + lane(id);
    }

    @GetMapping("/forward")
    void forwardToItself(
        @PathVariable long id, HttpServletRequest request, HttpServletResponse response)
        throws Exception {
      mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
      forward("/left/" + id + "/alone", request, response);
      Greenlets.sleep(Duration.ofMillis(1)); // concurrent handlers would run here
      inside.decrementAndGet();
    }

    @GetMapping("/lanes")
    void lanes(@PathVariable long id, HttpServletRequest request, HttpServletResponse response)
        throws Exception {
      lanes.clear();
      lanes.add(lane(id));
      forward("/right/" + (id + 1) + "/lane", request, response);
      lanes.add(lane(id));
    }

    @GetMapping("/both")
    void both(@PathVariable long id, HttpServletRequest request, HttpServletResponse response)
        throws Exception {
      other.awaitBoth();
      forward("/right/" + id + "/alone", request, response);
    }
  }

  @RestController
  @RequestMapping("/right/{id}")
  static class Right {
    private final AtomicInteger arrived = new AtomicInteger();

    @Greenlet(hub = "right", key = "#id", exclusive = true)
    @GetMapping("/alone")
    String alone(@PathVariable long id) {
      return "right";
    }

    @Greenlet(hub = "right", key = "#id")
    @GetMapping("/lane")
    String lane(@PathVariable long id) {
      return Greenlets.current().lane().name();
    }

    @Greenlet(hub = "right", key = "#id", exclusive = true)
    @GetMapping("/both")
    void both(@PathVariable long id, HttpServletRequest request, HttpServletResponse response)
        throws Exception {
      awaitBoth();
      forward("/left/" + id + "/alone", request, response);
    }

    void awaitBoth() throws InterruptedException {
      arrived.incrementAndGet();
      while (arrived.get() < 2) {
        Greenlets.sleep(Duration.ofMillis(1));
      }
    }
  }
}
