package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import org.springframework.web.socket.server.HandshakeHandler;

/** The contract of lifecycles for all endings of requests, through real sockets. */
@EachServer
@Timeout(240)
class RequestLifecycleContractTests {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @SuppressWarnings("NullAway.Init") // by start()
  private TracedRequests requests;

  private final AtomicInteger numbers = new AtomicInteger();

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(
            List.of(TracedRequests.class, Filtering.class, Sockets.class, handshakes()),
            "greenlet.hubs=2",
            "greenlet.web.disconnect-check=50ms",
            "server.http2.enabled=true",
            "management.endpoint.greenlets.access=unrestricted");
    requests = application.bean(TracedRequests.class);
  }

  private Class<?> handshakes() {
    return switch (host.server()) {
      case TOMCAT -> WebSocketMessagesTests.OnTomcat.class;
      case JETTY -> WebSocketMessagesTests.OnJetty.class;
    };
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void aSynchronousRequestEndsWhenItsResponseIsComplete() throws Exception {
    Sent sent = send("/sync");

    assertThat(sent.receive().body()).isEqualTo(TracedRequests.BODY);
    assertThat(sent.trace().events()).containsExactly("REQUEST", "end");
  }

  @Test
  void aRequestThatFailsEndsAfterItsErrorPage() throws Exception {
    Sent sent = send("/fails");

    assertThat(sent.receive().statusCode()).isEqualTo(500);
    assertThat(sent.trace().events()).containsExactly("REQUEST", "ERROR", "end");
  }

  @Test
  void aRequestOfACallableEndsWithItsLastDispatch() throws Exception {
    Sent sent = send("/callable");

    assertThat(sent.receive().body()).isEqualTo(TracedRequests.BODY);
    assertThat(sent.trace().events()).containsExactly("REQUEST", "ASYNC", "end");
  }

  @Test
  void aRequestWhoseCallableFailsEndsAfterItsErrorPage() throws Exception {
    Sent sent = send("/failing-callable");

    assertThat(sent.receive().statusCode()).isEqualTo(500);
    assertThat(sent.trace().events()).containsExactly("REQUEST", "ASYNC", "ERROR", "end");
  }

  @Test
  void aRequestWithADeferredResultIsOpenUntilTheResultIsSet() throws Exception {
    Sent sent = send("/deferred");
    var result = requests.takeDeferred();
    awaitAsync(sent);
    assertThat(sent.trace().lifecycle().hasEnded()).isFalse();

    result.setResult("done");

    assertThat(sent.receive().body()).isEqualTo("done");
    assertThat(sent.trace().events()).containsExactly("REQUEST", "ASYNC", "end");
    assertThat(sent.trace().lifecycle().isAsyncFailed()).isFalse();
  }

  @Test
  void aRequestThatTimesOutAsynchronouslyEndsWithItsResponse() throws Exception {
    Sent sent = send("/late");

    assertThat(sent.receive().statusCode()).isEqualTo(503);
    assertThat(sent.trace().events()).startsWith("REQUEST", "ASYNC").endsWith("end");
    assertThat(sent.trace().events()).filteredOn(each -> each.startsWith("end")).hasSize(1);
    assertThat(sent.trace().lifecycle().isAsyncFailed()).isTrue();
  }

  @Test
  void aStreamEndsWhenItIsComplete() throws Exception {
    Sent sent = send("/events");
    SseEmitter emitter = requests.takeEmitter();
    awaitAsync(sent);
    assertThat(sent.trace().lifecycle().hasEnded()).isFalse();

    emitter.send("last");
    emitter.complete();

    assertThat(sent.receive().body()).isEqualTo("data:first\n\ndata:last\n\n");
    assertThat(sent.trace().events()).containsExactly("REQUEST", "ASYNC", "end");
  }

  @Test
  void aClientThatDisconnectsBeforeTheHandlerIsReportedOnce() throws Exception {
    assertDisconnectIsReported("/filtered", "REQUEST");
  }

  @Test
  void aClientThatDisconnectsWhileTheHandlerWaitsIsReportedOnce() throws Exception {
    assertDisconnectIsReported("/sleep", "REQUEST");
  }

  @Test
  void aClientThatDisconnectsDuringAsynchronousProcessingIsReportedOnce() throws Exception {
    Trace trace = assertDisconnectIsReported("/deferred", "REQUEST");

    assertThat(trace.lifecycle().isAsync()).isTrue();
    assertThat(requests.takeDeferred().setResult("too late")).isFalse();
  }

  private Trace assertDisconnectIsReported(String path, String begin) throws Exception {
    String number = nextNumber();
    Trace trace = requests.trace(number);
    trace.received();
    try (Socket _ = connect(path, number)) {
      awaitWaiting(path);
    }
    assertThat(trace.events()).startsWith(begin, "disconnect").endsWith("end");
    assertThat(trace.events()).filteredOn("disconnect"::equals).hasSize(1);
    assertThat(trace.events()).filteredOn(each -> each.startsWith("end")).hasSize(1);
    assertThat(trace.lifecycle().isDisconnected()).isTrue();
    return trace;
  }

  @Test
  void aClientThatDisconnectsAfterTheEndIsNotReported() throws Exception {
    String number = nextNumber();
    Trace trace = requests.trace(number);
    try (Socket client = connect("/sync", number)) {
      assertThat(client.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
      trace.received();
      assertThat(trace.events()).containsExactly("REQUEST", "end");
    }
    assertDisconnectIsReported(
        "/sleep", "REQUEST"); // the first client has been checked by then, too

    assertThat(trace.events()).containsExactly("REQUEST", "end");
    assertThat(trace.lifecycle().isDisconnected()).isFalse();
  }

  @Test
  void anAsynchronousRequestThatTheContainerDropsEnds() throws Exception {
    String number = nextNumber();
    Trace trace = requests.trace(number);
    trace.received();
    try (Socket client = connect("/held-events", number)) {
      assertThat(client.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
      client.setSoLinger(true, 0); // a reset
    }
    SseEmitter emitter = requests.takeEmitter();
    await().atMost(PATIENCE).until(() -> !canSend(emitter));

    requests.release();

    assertThat(trace.events()).endsWith("end").doesNotContain("end within a dispatch");
    assertThat(trace.events()).filteredOn(each -> each.startsWith("end")).hasSize(1);
  }

  @Test
  void aStreamOfHttp2EndsOnceAndItsResetIsReportedIfTheContainerReportsIt() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(Version.HTTP_2).build()) {
      Sent complete = send(client, "/sync");
      assertThat(complete.receive().version()).isEqualTo(Version.HTTP_2); // upgraded
      assertThat(complete.trace().events()).containsExactly("REQUEST", "end");
      Sent onAStream = send(client, "/callable");
      assertThat(onAStream.receive().body()).isEqualTo(TracedRequests.BODY);
      assertThat(onAStream.trace().events()).containsExactly("REQUEST", "ASYNC", "end");

      Sent reset = send(client, "/sleep");
      reset.trace().received();
      GreenletTask<?> sleeping = awaitWaiting("/sleep");
      reset.answer().cancel(true);

      if (host.server() == WebServer.JETTY) {
        assertThat(reset.trace().events()).containsExactly("REQUEST", "disconnect", "end");
      } else {
        sleeping.kill("the client is not seen to go");
        assertThat(reset.trace().events()).containsExactly("REQUEST", "end");
      }
      client.shutdownNow();
    }
  }

  @Test
  void theHandshakeOfAWebSocketSessionEndsBeforeItsMessages() throws Exception {
    String number = nextNumber();
    Trace trace = requests.trace(number);
    try (HttpClient http = HttpClient.newHttpClient();
        WebSocketClient _ =
            WebSocketClient.open(http, application.port(), "/socket?number=" + number)) {
      trace.received();

      assertThat(trace.events()).containsExactly("REQUEST", "end");
    }
  }

  @Test
  void aResponseIsCompleteWithItsLastByteWhileTheHandlerStillRuns() throws Exception {
    String number = nextNumber();
    Trace trace = requests.trace(number);
    trace.received();
    GreenletTask<?> handler;
    try (Socket client = connect("/flushed", number)) {
      handler = awaitWaiting("/flushed");
      await().atMost(PATIENCE).until(() -> trace.lifecycle().isResponseComplete());
      assertThat(trace.hasEnded()).isFalse();
      assertThat(client.getInputStream().read()).isEqualTo('H');
    }
    handler.kill("on purpose"); // the disconnect cancels nothing

    assertThat(trace.events()).endsWith("end");
  }

  @Test
  void aResponseThatIsFlushedWithoutItsLastByteIsNotComplete() throws Exception {
    String number = nextNumber();
    Trace trace = requests.trace(number);
    trace.received();
    try (Socket client = connect("/half-flushed", number)) {
      awaitWaiting("/half-flushed");
      assertThat(client.getInputStream().read()).isEqualTo('H');
      assertThat(trace.lifecycle().isResponseComplete()).isFalse();
    }
    assertThat(trace.events()).endsWith("end");
    assertThat(trace.lifecycle().isResponseComplete()).isTrue();
  }

  @Test
  void aKillBeforeTheHandlerIsAnswered() throws Exception {
    Sent sent = send("/filtered");

    awaitWaiting("/filtered").kill("on purpose");

    HttpResponse<String> answer = sent.receive();
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(sent.trace().events()).containsExactly("REQUEST", "end");
    assertThat(send("/sync").receive().statusCode()).isEqualTo(200);
  }

  @Test
  void theGreenletOfARequestIsTheOneWhoseKillCancelsIt() throws Exception {
    Sent handled = send("/sleep");
    handled.trace().received();
    awaitWaiting("/sleep");
    kill(handled);
    assertThat(handled.answer().join().statusCode()).isEqualTo(503);

    Sent deferred = send("/deferred");
    deferred.trace().received();
    awaitAsync(deferred);
    kill(deferred);
    assertThat(deferred.answer().join().statusCode()).isEqualTo(503);
    assertThat(deferred.trace().events()).endsWith("end");
    assertThat(deferred.trace().lifecycle().greenlet()).isNull();
    assertThat(requests.takeDeferred().setResult("too late")).isFalse();
  }

  private static void kill(Sent sent) {
    GreenletTask<?> greenlet = sent.trace().lifecycle().greenlet();
    assertThat(greenlet).isNotNull();
    assertThat(greenlet.kill("on purpose")).isTrue();
  }

  private static boolean canSend(SseEmitter emitter) {
    try {
      emitter.send("more");
      return true;
    } catch (IOException | IllegalStateException broken) {
      return false;
    }
  }

  private static void awaitAsync(Sent sent) {
    await()
        .atMost(PATIENCE)
        .ignoreException(IllegalStateException.class)
        .until(() -> sent.trace().lifecycle().isAsync());
  }

  /** Waits until a greenlet that is named after the path is parked. */
  private GreenletTask<?> awaitWaiting(String path) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                application.bean(GreenletRuntime.class).live().stream()
                    .filter(each -> each.name().equals("GET " + path))
                    .filter(each -> each.waitingOn() != null)
                    .findFirst()
                    .orElse(null),
            each -> each != null);
  }

  private String nextNumber() {
    return Integer.toString(numbers.incrementAndGet());
  }

  private Sent send(String path) {
    String number = nextNumber();
    Trace trace = requests.trace(number);
    return new Sent(trace, application.send(path + "?number=" + number));
  }

  private Sent send(HttpClient client, String path) {
    String number = nextNumber();
    Trace trace = requests.trace(number);
    URI uri =
        URI.create("http://localhost:%d%s?number=%s".formatted(application.port(), path, number));
    return new Sent(
        trace,
        client.sendAsync(
            HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString()));
  }

  private Socket connect(String path, String number) throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), application.port());
    client.setSoTimeout((int) PATIENCE.toMillis());
    client
        .getOutputStream()
        .write(
            "GET %s?number=%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .formatted(path, number)
                .getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  private record Sent(Trace trace, CompletableFuture<HttpResponse<String>> answer) {
    HttpResponse<String> receive() {
      HttpResponse<String> received = answer.join();
      trace.received();
      return received;
    }
  }

  /** Registers the filter for all dispatches of a request. */
  static class Filtering {
    @Bean
    FilterRegistrationBean<?> tracingFilter(TracedRequests requests) {
      FilterRegistrationBean<?> registration = new FilterRegistrationBean<>(requests.filter());
      registration.setDispatcherTypes(
          EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
      registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
      return registration;
    }
  }

  @EnableWebSocket
  static class Sockets implements WebSocketConfigurer {
    private final HandshakeHandler handshakes;

    Sockets(HandshakeHandler handshakes) {
      this.handshakes = handshakes;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
      registry.addHandler(new TextWebSocketHandler(), "/socket").setHandshakeHandler(handshakes);
    }
  }
}
