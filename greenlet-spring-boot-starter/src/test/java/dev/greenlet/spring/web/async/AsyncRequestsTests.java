package dev.greenlet.spring.web.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import io.micrometer.context.ContextRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.core.MethodParameter;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.config.annotation.AsyncSupportConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import tools.jackson.databind.JsonNode;

/** The lane, the name and the context of user code of asynchronous requests. */
@EachServer
@Timeout(120)
class AsyncRequestsTests {
  private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", TENANT);
    application =
        host.start(
            List.of(OnAHub.class, OnTheSharedLane.class, WriterNamer.class), "greenlet.hubs=2");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
    ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
  }

  @Test
  void aCallableIsAGreenletOnTheHubOfItsHandler() {
    assertThat(application.get("/hub/callable").body())
        .matches("async 'GET /hub/callable, async of #\\d+' on greenlet-\\d for acme");
  }

  @Test
  void aCallableOfAHandlerWithoutAnnotationRunsOnTheSharedLane() {
    assertThat(application.get("/shared/callable").body())
        .matches("async 'GET /shared/callable, async of #\\d+' on greenlet-shared for acme");
  }

  @Test
  void theNextRequestOfAConnectionInheritsNothingOfACallable() throws IOException {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), application.port())) {
      client.setSoTimeout(60_000);
      String request = "GET /hub/%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n";
      client
          .getOutputStream()
          .write(
              (request.formatted("callable", "")
                      + request.formatted("plain", "Connection: close\r\n"))
                  .getBytes(StandardCharsets.US_ASCII));

      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains("on greenlet-", "for acme")
          .containsPattern("request 'GET /hub/plain' on greenlet-\\d for none");
    }
  }

  @Test
  void aWebAsyncTaskIsAGreenletOnTheHubOfItsHandler() {
    assertThat(application.get("/hub/web-async-task").body())
        .matches("async 'GET /hub/web-async-task, async of #\\d+' on greenlet-\\d for acme");
  }

  @Test
  void aWebAsyncTaskThatTimesOutIsKilledAndNotJoined() {
    HttpResponse<String> answer = application.get("/hub/late");

    assertThat(answer.body()).isEqualTo("too late");
    await().untilAsserted(() -> assertThat(application.greenlets()).isEmpty());
    assertThat(application.bean(OnAHub.class).tooLate()).isCompletedExceptionally();
  }

  @Test
  void aStreamIsWrittenByAGreenlet() {
    assertThat(application.get("/hub/stream").body())
        .matches("async 'GET /hub/stream, async of #\\d+' on greenlet-\\d for acme");
  }

  @Test
  void aDeferredResultIsSetByAGreenletOfTheHandler() {
    assertThat(application.get("/hub/deferred").body())
        .matches("task 'setter' on greenlet-\\d for acme");
  }

  @Test
  void aFutureIsCompletedByAGreenletOfTheHandler() {
    assertThat(application.get("/hub/future").body())
        .matches("task 'future' on greenlet-\\d for acme");
  }

  @Test
  void eventsAreSentByAGreenletThatOutlivesTheHandler() {
    assertThat(application.get("/hub/events").body())
        .isEqualTo("data:task 'events' 0\n\ndata:task 'events' 1\n\ndata:task 'events' 2\n\n");
  }

  @Test
  void theResponseOfAnAsynchronousRequestIsWrittenByAGreenletThatIsNamedAfterTheFirst() {
    HttpResponse<String> answer = application.get("/hub/callable");

    assertThat(answer.headers().firstValue("Writer"))
        .isPresent()
        .get()
        .asString()
        .matches("request 'GET /hub/callable, async of #\\d+'");
  }

  @Test
  void theTreeShowsTheRequestThatWaitsAndItsCallable() {
    CompletableFuture<HttpResponse<String>> answer = application.send("/hub/held");
    await()
        .untilAsserted(
            () ->
                assertThat(application.greenlets())
                    .singleElement()
                    .satisfies(
                        request -> {
                          assertThat(request.get("kind").asString()).isEqualTo("request");
                          assertThat(request.get("name").asString()).isEqualTo("GET /hub/held");
                          assertThat(waitingOn(request)).isEqualTo("answer");
                          JsonNode callable = request.get("children").path(0);
                          assertThat(callable.path("kind").asString()).isEqualTo("async");
                          assertThat(callable.path("name").asString())
                              .matches("GET /hub/held, async of #\\d+");
                          assertThat(waitingOn(callable)).isEqualTo("latch");
                        }));
    application.bean(OnAHub.class).release();

    assertThat(answer.join().statusCode()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(application.greenlets()).isEmpty());
  }

  private static String waitingOn(JsonNode greenlet) {
    return greenlet.path("waitingOn").path("kind").asString();
  }

  @Test
  void anErrorPageIsWrittenByTheGreenletOfItsRequest() {
    HttpResponse<String> answer = application.get("/hub/broken");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.headers().firstValue("Writer")).hasValue("request 'GET /hub/broken'");
  }

  @Test
  void theErrorPageOfAnAsynchronousRequestReportsTheError() {
    HttpResponse<String> answer = application.get("/hub/broken-callable");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.headers().firstValue("Writer"))
        .isPresent()
        .get()
        .asString()
        .matches("request 'GET /hub/broken-callable, async of #\\d+'");
  }

  @Test
  void uploadsOfSeveralPartsArriveOnTheHub() {
    String boundary = "frontier";
    String body =
        "--%1$s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n%2$s\r\n--%1$s--\r\n"
            .formatted(boundary, "x".repeat(100_000));

    assertThat(
            application
                .post("/hub/upload", "multipart/form-data; boundary=" + boundary, body)
                .body())
        .matches("100000 bytes by request 'POST /hub/upload' on greenlet-\\d for none");
  }

  @Test
  void theExecutorOfTheApplicationIsLeftAlone() {
    try (RunningApplication own =
        host.start(List.of(OnTheSharedLane.class, OwnExecutor.class), "greenlet.hubs=1")) {
      assertThat(own.get("/shared/callable").body()).startsWith("no greenlet in own-");
    }
  }

  private static String describe() {
    GreenletTask<?> current = Greenlets.currentOrNull();
    return current == null
        ? "no greenlet in " + Thread.currentThread().getName()
        : "%s '%s' on %s for %s"
            .formatted(current.kind(), current.name(), current.lane().name(), tenant());
  }

  private static String tenant() {
    String tenant = TENANT.get();
    return tenant == null ? "none" : tenant;
  }

  @RestController
  static class OnTheSharedLane {
    @GetMapping("/shared/callable")
    public Callable<String> callable() {
      TENANT.set("acme");
      return AsyncRequestsTests::describe;
    }
  }

  @RestController
  @Greenlet
  static class OnAHub {
    private final CountDownLatch release = new CountDownLatch(1);
    private final CompletableFuture<String> tooLate = new CompletableFuture<>();

    void release() {
      release.countDown();
    }

    CompletableFuture<String> tooLate() {
      return tooLate;
    }

    @GetMapping("/hub/plain")
    public String plain() {
      return describe();
    }

    @GetMapping("/hub/callable")
    public Callable<String> callable() {
      TENANT.set("acme");
      return AsyncRequestsTests::describe;
    }

    @GetMapping("/hub/held")
    public Callable<Boolean> held() {
      return () ->
          SwitchPoint.call(
              new WaitReason("latch", ""),
              () -> {
                release.await();
                return true;
              });
    }

    @GetMapping("/hub/web-async-task")
    public WebAsyncTask<String> webAsyncTask() {
      TENANT.set("acme");
      return new WebAsyncTask<>(30_000L, AsyncRequestsTests::describe);
    }

    @GetMapping("/hub/late")
    public WebAsyncTask<String> late() {
      WebAsyncTask<String> task =
          new WebAsyncTask<>(
              100L,
              () -> {
                try {
                  Greenlets.sleep(Duration.ofDays(1));
                  return "never";
                } catch (GreenletExit exit) {
                  tooLate.completeExceptionally(exit);
                  throw exit;
                }
              });
      task.onTimeout(() -> "too late");
      return task;
    }

    @GetMapping("/hub/stream")
    public StreamingResponseBody stream() {
      TENANT.set("acme");
      return out -> out.write(describe().getBytes(StandardCharsets.UTF_8));
    }

    @GetMapping("/hub/deferred")
    public DeferredResult<String> deferred() {
      TENANT.set("acme");
      DeferredResult<String> result = new DeferredResult<>();
      Greenlets.spawn("setter", () -> result.setResult(describe()));
      return result;
    }

    @GetMapping("/hub/future")
    public CompletableFuture<String> future() {
      TENANT.set("acme");
      return Greenlets.spawn("future", AsyncRequestsTests::describe).toCompletableFuture();
    }

    @GetMapping(path = "/hub/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    public SseEmitter events() {
      SseEmitter emitter = new SseEmitter();
      Greenlets.spawn(
          "events",
          () -> {
            for (int i = 0; i < 3; i++) {
              send(emitter, i);
              Greenlets.sleep(Duration.ofMillis(1));
            }
            emitter.complete();
            return null;
          });
      return emitter;
    }

    private static void send(SseEmitter emitter, int number) throws IOException {
      GreenletTask<?> current = Greenlets.current();
      emitter.send("%s '%s' %d".formatted(current.kind(), current.name(), number));
    }

    @GetMapping("/hub/broken")
    public String broken() {
      throw new IllegalStateException("broken on purpose");
    }

    @GetMapping("/hub/broken-callable")
    public Callable<String> brokenCallable() {
      return () -> {
        throw new IllegalStateException("broken on purpose");
      };
    }

    @PostMapping("/hub/upload")
    public String upload(@RequestPart MultipartFile file) throws IOException {
      return file.getBytes().length + " bytes by " + describe();
    }
  }

  /** Adds a header with the greenlet that writes the response. */
  @ControllerAdvice
  static class WriterNamer implements ResponseBodyAdvice<Object> {
    @Override
    public boolean supports(
        MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
      return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
        @Nullable Object body,
        MethodParameter returnType,
        MediaType selectedContentType,
        Class<? extends HttpMessageConverter<?>> selectedConverterType,
        ServerHttpRequest request,
        ServerHttpResponse response) {
      GreenletTask<?> writer = Greenlets.currentOrNull();
      if (writer != null) {
        response.getHeaders().set("Writer", "%s '%s'".formatted(writer.kind(), writer.name()));
      }
      return body;
    }
  }

  static class OwnExecutor implements WebMvcConfigurer {
    @Override
    public void configureAsyncSupport(AsyncSupportConfigurer configurer) {
      configurer.setTaskExecutor(new SimpleAsyncTaskExecutor("own-"));
    }
  }
}
