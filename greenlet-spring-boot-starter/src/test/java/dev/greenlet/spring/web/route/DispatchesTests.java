package dev.greenlet.spring.web.route;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.Greenlets;
import dev.greenlet.Lane;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Controller;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.DispatcherServlet;

/** Requests with several dispatches: the request keeps its turn, and each dispatch has its hub. */
@EachServer
@Timeout(120)
class DispatchesTests {
  private static final int REQUESTS = 10;

  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(Log.class, Outer.class, Inner.class, Unrouted.class, Errors.class),
            "greenlet.hubs=3",
            "greenlet.web.hub-names=outer,inner,errors");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @BeforeEach
  void forget() {
    Log log = application.bean(Log.class);
    await().untilAsserted(() -> assertThat(log.inside).hasValue(0));
    log.lanes.clear();
  }

  @Test
  void aForwardRunsOnTheHubOfItsHandlerAndReturnsToTheOuterLane() {
    assertThat(application.get("/outer/forward?to=/inner").body()).isEqualTo("inner");
    assertThatLanesBecome("outer greenlet-0", "inner greenlet-1", "outer greenlet-0");
  }

  @Test
  void aForwardToAHandlerWithoutAnnotationRunsOnTheSharedLaneAndReturnsToTheOuterLane() {
    assertThat(application.get("/outer/forward?to=/unrouted").body()).isEqualTo("unrouted");
    assertThatLanesBecome("outer greenlet-0", "unrouted greenlet-shared", "outer greenlet-0");
  }

  @Test
  void aFailedForwardReturnsToTheOuterLane() {
    assertThat(application.get("/outer/forward?to=/inner/keyed").statusCode()).isEqualTo(400);
    assertThatLanesBecome("outer greenlet-0", "outer greenlet-0");
  }

  @Test
  void theViewOfAHandlerMayBeAForward() {
    assertThat(application.get("/outer/view").body()).isEqualTo("inner");
    assertThatLanesBecome("inner greenlet-1");
  }

  @Test
  void aDispatchOfAnAsynchronousRequestToAnotherPathRunsOnTheHubOfItsHandler() {
    assertThat(application.get("/outer/dispatch?to=/inner").body()).isEqualTo("inner");
    assertThatLanesBecome("outer greenlet-0", "inner greenlet-1");
  }

  @Test
  void noDispatchReleasesTheTurnBeforeTheRequestHasEnded() {
    for (String path :
        List.of(
            "/outer/forward?to=/outer/short",
            "/outer/dispatch?to=/outer/short",
            "/outer/dispatch?to=/inner/exclusive",
            "/outer/error")) {
      List<CompletableFuture<HttpResponse<String>>> answers =
          application.sendAtOnce(REQUESTS, path);
      assertThat(answers)
          .allSatisfy(answer -> assertThat(answer.join().statusCode()).isIn(200, 418));
    }

    assertThat(application.bean(Log.class).mostInside).hasValue(1);
  }

  @Test
  void anErrorPageRunsOnTheHubOfItsHandler() {
    HttpResponse<String> answer = application.get("/outer/error");

    assertThat(answer.statusCode()).isEqualTo(418);
    assertThat(answer.body()).isEqualTo("error 418");
    assertThatLanesBecome("outer greenlet-0", "errors greenlet-2");
  }

  @Test
  void aGreenletThatCallsSpringMvcDirectlyReturnsToItsLane() throws Exception {
    GreenletRuntime runtime = application.bean(GreenletRuntime.class);
    MockMvc mvc =
        MockMvcBuilders.webAppContextSetup(
                requireNonNull(
                    application.bean(DispatcherServlet.class).getWebApplicationContext()))
            .build();
    SpawnOptions onAnother = SpawnOptions.defaults().on(runtime.hubs().getLast());
    Lane after =
        runtime
            .spawn(
                onAnother,
                () -> {
                  mvc.perform(MockMvcRequestBuilders.get("/inner/exclusive"));
                  mvc.perform(MockMvcRequestBuilders.get("/inner"));
                  mvc.perform(MockMvcRequestBuilders.get("/unrouted"));
                  return Greenlets.current().lane();
                })
            .get();

    assertThat(after).isEqualTo(runtime.hubs().getLast());
    assertThatLanesBecome("inner greenlet-1", "unrouted greenlet-shared");
    assertThat(application.get("/inner/exclusive").statusCode()).isEqualTo(200);
  }

  /** The response to a forwarded request is complete before its handler returns. */
  private void assertThatLanesBecome(String... lanes) {
    List<String> noted = application.bean(Log.class).lanes;
    await().untilAsserted(() -> assertThat(noted).containsExactly(lanes));
  }

  /** The lanes of the handlers, and the largest number of concurrent handlers. */
  @Component
  static class Log {
    private final List<String> lanes = new CopyOnWriteArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();

    void note(String handler) {
      lanes.add(handler + " " + Greenlets.current().lane().name());
    }

    void enter() {
      mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
    }

    void leave() throws InterruptedException {
      Greenlets.sleep(Duration.ofMillis(1)); // concurrent handlers would run here
      inside.decrementAndGet();
    }
  }

  @Controller
  @Greenlet(hub = "outer", exclusive = true)
  @RequestMapping("/outer")
  static class Outer {
    private final Log log;

    Outer(Log log) {
      this.log = log;
    }

    @GetMapping("/forward")
    void forward(String to, HttpServletRequest request, HttpServletResponse response)
        throws Exception {
      log.note("outer");
      log.enter();
      request.getRequestDispatcher(to).forward(request, response);
      log.note("outer");
      log.leave();
    }

    @GetMapping("/view")
    String view() {
      return "forward:/inner";
    }

    @GetMapping("/dispatch")
    void dispatch(String to, HttpServletRequest request, HttpServletResponse response) {
      log.note("outer");
      AsyncContext async = request.startAsync();
      async.dispatch(to);
    }

    @GetMapping("/short")
    @ResponseBody
    String brief() {
      return "outer";
    }

    @GetMapping("/error")
    void fail(HttpServletResponse response) throws Exception {
      log.note("outer");
      log.enter();
      log.leave();
      response.sendError(418);
    }
  }

  @RestController
  @Greenlet(hub = "inner")
  @RequestMapping("/inner")
  static class Inner {
    private final Log log;

    Inner(Log log) {
      this.log = log;
    }

    @GetMapping
    String handle() {
      log.note("inner");
      return "inner";
    }

    @Greenlet(hub = "inner", exclusive = true)
    @GetMapping("/exclusive")
    String exclusive() throws InterruptedException {
      log.enter();
      log.leave();
      return "inner";
    }

    @Greenlet(hub = "inner", key = "#headers['X-None']")
    @GetMapping("/keyed")
    String keyed() {
      log.note("inner");
      return "inner";
    }
  }

  @RestController
  static class Unrouted {
    private final Log log;

    Unrouted(Log log) {
      this.log = log;
    }

    @GetMapping("/unrouted")
    String handle() {
      log.note("unrouted");
      return "unrouted";
    }
  }

  @Controller
  @Greenlet(hub = "errors", exclusive = true)
  static class Errors implements ErrorController {
    private final Log log;

    Errors(Log log) {
      this.log = log;
    }

    @RequestMapping("/error")
    ResponseEntity<String> handle(HttpServletRequest request) {
      log.note("errors");
      Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
      return ResponseEntity.status((Integer) status).body("error " + status);
    }
  }
}
