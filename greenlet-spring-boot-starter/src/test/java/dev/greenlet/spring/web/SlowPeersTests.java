package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.Greenlet;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.jetty.JettyRequestUpgradeStrategy;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** Peers of WebSocket sessions that do not read a large message. */
@EachServer
@Timeout(240)
class SlowPeersTests {
  private static final int LARGE = 20 << 20;
  private static final Duration SOON = Duration.ofSeconds(2);

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @SuppressWarnings("NullAway.Init") // by start()
  private HttpClient http;

  @BeforeParameterizedClassInvocation
  void start() {
    http = HttpClient.newHttpClient();
    application =
        host.start(
            List.of(
                Sockets.class,
                OnTheSameHub.class,
                host.server() == WebServer.TOMCAT ? OnTomcat.class : OnJetty.class),
            "greenlet.hubs=1");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    http.shutdownNow();
    application.close();
  }

  @Test
  void aLargeMessageDelaysNoOtherAndArrivesCompletely() throws Exception {
    Peer peer = new Peer();
    WebSocket socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create("ws://localhost:%d/large".formatted(application.port())), peer)
            .join();
    socket.sendText("now", true).join();
    await()
        .until(
            () ->
                application.greenlets().stream()
                    .anyMatch(
                        each ->
                            each.path("name").asString().startsWith("WS /large")
                                && each.path("state").asString().equals("parked")));

    for (int i = 0; i < 10; i++) {
      long begin = System.nanoTime();
      assertThat(application.get("/quick").body()).isEqualTo("quick");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
    }
    assertThat(application.bean(GreenletRuntime.class).hubs())
        .allSatisfy(hub -> assertThat(hub.lent()).as("given up, not lent").isZero());

    socket.request(Long.MAX_VALUE);
    assertThat(peer.length.get(60, TimeUnit.SECONDS)).isEqualTo(LARGE);
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    await().until(() -> application.bean(Large.class).open.isEmpty());
  }

  /** Requests no message by itself. */
  private static final class Peer implements WebSocket.Listener {
    private final CompletableFuture<Integer> length = new CompletableFuture<>();
    private int received;

    @Override
    public void onOpen(WebSocket socket) {}

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      received += text.length();
      if (last) {
        length.complete(received);
      }
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
      length.completeExceptionally(failure);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableWebSocket
  static class Sockets implements WebSocketConfigurer {
    private final HandshakeHandler handshakes;
    private final Large large = new Large();

    Sockets(HandshakeHandler handshakes) {
      this.handshakes = handshakes;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
      registry.addHandler(large, "/large").setHandshakeHandler(handshakes);
    }

    @Bean
    Large large() {
      return large;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OnTomcat {
    @Bean
    HandshakeHandler handshakeHandler() {
      return new DefaultHandshakeHandler(new StandardWebSocketUpgradeStrategy());
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OnJetty {
    @Bean
    HandshakeHandler handshakeHandler() {
      return new DefaultHandshakeHandler(new JettyRequestUpgradeStrategy());
    }
  }

  @Greenlet(hub = "slow")
  static final class Large extends TextWebSocketHandler {
    private final Set<WebSocketSession> open = ConcurrentHashMap.newKeySet();

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
      open.add(session);
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message)
        throws Exception {
      session.sendMessage(new TextMessage("x".repeat(LARGE)));
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
      open.remove(session);
    }
  }

  @RestController
  static class OnTheSameHub {
    @GetMapping("/quick")
    @Greenlet(hub = "slow")
    public String quick() {
      return "quick";
    }
  }
}
