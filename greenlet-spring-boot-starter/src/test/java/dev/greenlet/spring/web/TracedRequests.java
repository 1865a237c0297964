package dev.greenlet.spring.web;

import dev.greenlet.Greenlets;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Requests of all kinds, each of which is traced by the number that it carries. */
@RestController
class TracedRequests {
  private static final Duration LONG = Duration.ofDays(1);
  static final String BODY = "x".repeat(100);

  private final Map<String, Trace> traces = new ConcurrentHashMap<>();
  private final BlockingQueue<DeferredResult<String>> deferred = new LinkedBlockingQueue<>();
  private final BlockingQueue<SseEmitter> emitters = new LinkedBlockingQueue<>();
  private final CountDownLatch handled = new CountDownLatch(1);

  /** Begins the trace of the request with a number. */
  Trace trace(String number) {
    Trace trace = new Trace();
    traces.put(number, trace);
    return trace;
  }

  DeferredResult<String> takeDeferred() throws InterruptedException {
    return Objects.requireNonNull(deferred.poll(30, TimeUnit.SECONDS));
  }

  SseEmitter takeEmitter() throws InterruptedException {
    return Objects.requireNonNull(emitters.poll(30, TimeUnit.SECONDS));
  }

  /** Lets a request with a path for held ones return. */
  void release() {
    handled.countDown();
  }

  /** Not flushed by the handler: the container sends it when all dispatches have returned. */
  @GetMapping("/sync")
  void sync(HttpServletResponse response) throws IOException {
    response.getWriter().write(BODY);
  }

  @GetMapping("/fails")
  String fail() {
    throw new IllegalStateException("on purpose");
  }

  @GetMapping("/callable")
  Callable<String> callable() {
    return () -> BODY;
  }

  @GetMapping("/failing-callable")
  Callable<String> failingCallable() {
    return this::fail;
  }

  @GetMapping("/deferred")
  DeferredResult<String> deferred() {
    DeferredResult<String> result = new DeferredResult<>();
    deferred.add(result);
    return result;
  }

  @GetMapping("/late")
  DeferredResult<String> late() {
    return new DeferredResult<>(50L);
  }

  @GetMapping({"/events", "/held-events"})
  SseEmitter events() throws IOException {
    SseEmitter emitter = new SseEmitter(2_000L);
    emitter.send("first");
    emitters.add(emitter);
    return emitter;
  }

  @GetMapping("/sleep")
  String sleep() throws InterruptedException {
    Greenlets.sleep(LONG);
    return BODY;
  }

  /** Flushed to its last byte, with a content length. */
  @GetMapping("/flushed")
  void flushed(HttpServletResponse response) throws IOException, InterruptedException {
    response.setContentLength(BODY.length());
    response.getOutputStream().print(BODY);
    response.flushBuffer();
    Greenlets.sleep(LONG);
  }

  /** Flushed, but not to its last byte. */
  @GetMapping("/half-flushed")
  void halfFlushed(HttpServletResponse response) throws IOException, InterruptedException {
    response.getOutputStream().print(BODY);
    response.flushBuffer();
    Greenlets.sleep(LONG);
  }

  /** Registered after the first filter and before all others of the starter. */
  Filter filter() {
    return this::filter;
  }

  private void filter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String number = request.getParameter("number");
    Trace trace = number == null ? null : traces.get(number);
    if (trace == null) {
      chain.doFilter(request, response);
      return;
    }
    trace.follow(Objects.requireNonNull(RequestLifecycle.of(request)));
    trace.begin(request.getDispatcherType());
    try {
      String path = ((HttpServletRequest) request).getRequestURI();
      if (path.equals("/filtered")) {
        waitFor(() -> Greenlets.sleep(LONG));
      }
      chain.doFilter(request, response);
      if (path.startsWith("/held") && request.isAsyncStarted()) {
        waitFor(
            () ->
                SwitchPoint.call(
                    new WaitReason("latch", "held"), () -> handled.await(30, TimeUnit.SECONDS)));
      }
    } finally {
      trace.returned();
    }
  }

  private static void waitFor(Wait wait) throws ServletException {
    try {
      wait.await();
    } catch (InterruptedException interrupted) {
      throw new ServletException(interrupted);
    }
  }

  @FunctionalInterface
  private interface Wait {
    void await() throws InterruptedException;
  }
}
