package dev.greenlet.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * A real HTTP server. {@code /head} responds when the gate opens; {@code /body} sends the first
 * half of its body at once and the rest when the gate opens; {@code /echo} sends what it has
 * received when the gate opens; {@code /upload} reads nothing before the gate opens; {@code /quick}
 * does not wait for the gate; {@code /broken} closes the connection.
 */
public final class TestServer implements AutoCloseable {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger bodies = new AtomicInteger();
  private final AtomicInteger tornBodies = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
  private final String scheme;
  private final HttpServer server;

  public TestServer() throws IOException {
    this("http", HttpServer.create(ANY_PORT, 0));
  }

  private TestServer(String scheme, HttpServer server) {
    this.scheme = scheme;
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/head", exchange -> answer(exchange, "head".getBytes(UTF_8)));
    server.createContext("/body", this::answerInTwoHalves);
    server.createContext(
        "/echo", exchange -> answer(exchange, exchange.getRequestBody().readAllBytes()));
    server.createContext("/upload", this::readAfterTheGate);
    server.createContext("/quick", exchange -> send(exchange, "quick".getBytes(UTF_8)));
    server.createContext("/broken", HttpExchange::close);
    server.start();
  }

  /** The same with TLS. */
  static TestServer withTls(SSLContext context) throws IOException {
    HttpsServer server = HttpsServer.create(ANY_PORT, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new TestServer("https", server);
  }

  private void answer(HttpExchange exchange, byte[] body) throws IOException {
    requests.incrementAndGet();
    awaitGate();
    send(exchange, body);
  }

  private void readAfterTheGate(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    awaitGate();
    try {
      exchange.getRequestBody().readAllBytes();
    } catch (IOException torn) {
      tornBodies.incrementAndGet();
      throw torn;
    }
    bodies.incrementAndGet();
    send(exchange, "read".getBytes(UTF_8));
  }

  private void send(HttpExchange exchange, byte[] body) throws IOException {
    clients.add(exchange.getRemoteAddress());
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
      body.write("first,".getBytes(UTF_8));
      body.flush();
      awaitGate();
      body.write("second".getBytes(UTF_8));
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

  /** Returns how many uploads are complete. */
  int bodies() {
    return bodies.get();
  }

  /** Returns how many uploads were aborted. */
  int tornBodies() {
    return tornBodies.get();
  }

  /** Returns how many connections have carried a response. */
  int connections() {
    return clients.size();
  }

  public String url(String path) {
    return scheme + "://localhost:" + server.getAddress().getPort() + path;
  }

  @Override
  public void close() {
    openGate();
    server.stop(0);
    threads.shutdownNow();
  }
}
