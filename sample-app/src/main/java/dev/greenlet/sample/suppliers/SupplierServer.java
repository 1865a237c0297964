package dev.greenlet.sample.suppliers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/**
 * The suppliers: one HTTP server on a separate port, with a path and a delay for each supplier. It
 * does not use greenlets, as a real supplier would not.
 */
@Component
public final class SupplierServer implements AutoCloseable {
  // each request for quotes opens five connections
  private static final int BACKLOG = 4096;

  private final HttpServer server;
  private final ExecutorService threads;
  private final List<Supplier> suppliers;

  SupplierServer(SupplierProperties properties) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    server = HttpServer.create(new InetSocketAddress(loopback, properties.port()), BACKLOG);
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    suppliers =
        IntStream.rangeClosed(1, properties.delays().size())
            .mapToObj(number -> open(number, properties.delays().get(number - 1)))
            .toList();
    server.start();
  }

  private Supplier open(int number, Duration delay) {
    String name = "supplier-" + number;
    String path = "/" + name + "/quote";
    server.createContext(path, exchange -> answer(exchange, name, delay));
    return new Supplier(
        name, URI.create("http://localhost:%d%s".formatted(server.getAddress().getPort(), path)));
  }

  private static void answer(HttpExchange exchange, String name, Duration delay)
      throws IOException {
    try (exchange) {
      Thread.sleep(delay);
      double price = 49.90 + Math.floorMod(31 * exchange.getRequestURI().hashCode(), 101);
      byte[] body =
          String.format(Locale.ROOT, "{\"supplier\":\"%s\",\"price\":%.2f}", name, price)
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      // the server is closing, and no caller waits any more
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Returns the suppliers.
   *
   * @return the suppliers, in the order of their delays
   */
  public List<Supplier> suppliers() {
    return suppliers;
  }

  /** Stops the server. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
