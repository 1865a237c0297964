package dev.greenlet.spring.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real HTTP server. {@code /head} answers when its gate opens, {@code /body} answers the first
 * half of its body at once and the rest when its gate opens, {@code /echo} answers what it gets,
 * after its gate, {@code /broken} hangs up.
 */
public final class TestServer implements AutoCloseable {
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  public TestServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/head", exchange -> answer(exchange, "head".getBytes(StandardCharsets.UTF_8)));
    server.createContext("/body", this::answerInTwoHalves);
    server.createContext(
        "/echo", exchange -> answer(exchange, exchange.getRequestBody().readAllBytes()));
    server.createContext("/broken", HttpExchange::close);
    server.start();
  }

  private void answer(HttpExchange exchange, byte[] body) throws IOException {
    requests.incrementAndGet();
    awaitGate();
    exchange.getResponseHeaders().add("Content-Type", "text/plain");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void answerInTwoHalves(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    exchange.getResponseHeaders().add("Content-Type", "text/plain");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write("first,".getBytes(StandardCharsets.UTF_8));
      body.flush();
      awaitGate();
      body.write("second".getBytes(StandardCharsets.UTF_8));
    }
  }

  private void awaitGate() {
    try {
      gate.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  public void openGate() {
    gate.countDown();
  }

  public int requests() {
    return requests.get();
  }

  public String url(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  @Override
  public void close() {
    openGate();
    server.stop(0);
    threads.shutdownNow();
  }
}
