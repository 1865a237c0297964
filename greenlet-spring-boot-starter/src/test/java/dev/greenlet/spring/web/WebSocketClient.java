package dev.greenlet.spring.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of one session, with the messages that it has received. */
final class WebSocketClient implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final WebSocket socket;

  private WebSocketClient(HttpClient http, URI uri, String... headers) {
    WebSocket.Builder builder = http.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    socket = builder.buildAsync(uri, new Listener()).join();
  }

  static WebSocketClient open(HttpClient http, int port, String path, String... headers) {
    return new WebSocketClient(
        http, URI.create("ws://localhost:%d%s".formatted(port, path)), headers);
  }

  WebSocketClient send(String text) {
    socket.sendText(text, true).join();
    return this;
  }

  String ask(String text) throws InterruptedException {
    return send(text).receive();
  }

  String receive() throws InterruptedException {
    String text = texts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (text == null) {
      throw new IllegalStateException("Nothing has come within 60 s");
    }
    return text;
  }

  /** Waits until the server closes the session, and returns the status code. */
  int awaitClosed() {
    return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Disconnects without closing the session. */
  void vanish() {
    socket.abort();
  }

  @Override
  public void close() {
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").exceptionally(alreadyClosed -> socket).join();
  }

  private final class Listener implements WebSocket.Listener {
    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      texts.add(text.toString());
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      closed.complete(status);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
      closed.completeExceptionally(failure);
    }
  }
}
