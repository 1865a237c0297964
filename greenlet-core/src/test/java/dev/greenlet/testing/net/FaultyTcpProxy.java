package dev.greenlet.testing.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy on the loopback interface that treats what passes through it badly, when and as the
 * test says:
 *
 * <pre>{@code
 * try (FaultyTcpProxy proxy = FaultyTcpProxy.to("localhost", database.port())) {
 *   connect("localhost", proxy.port());
 *   proxy.answers(new Fault.Stall());
 *   ... the next answer does not come ...
 *   proxy.heal();
 * }
 * }</pre>
 *
 * <p>A fault is in force from the next byte on, for connections that are open and for those to
 * come. Thread-safe. Its threads are platform threads, whatever is being tested.
 */
public final class FaultyTcpProxy implements AutoCloseable {
  private final InetSocketAddress target;
  private final ServerSocket listener;
  private final Direction requests = new Direction();
  private final Direction answers = new Direction();
  private final List<ProxiedConnection> connections = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile boolean refusing;

  private FaultyTcpProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    start("proxy-" + listener.getLocalPort(), this::acceptAll);
  }

  /** Starts a proxy in front of a server. */
  public static FaultyTcpProxy to(InetSocketAddress target) throws IOException {
    return new FaultyTcpProxy(target);
  }

  /** Starts a proxy in front of a server. */
  public static FaultyTcpProxy to(String host, int port) throws IOException {
    return to(new InetSocketAddress(host, port));
  }

  /** Where clients connect to: on the loopback address. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Where clients connect to. */
  public InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), port());
  }

  /** From now on, bytes from the client to the server meet this fault. */
  public FaultyTcpProxy requests(Fault fault) {
    requests.meet(fault);
    return this;
  }

  /** From now on, bytes from the server to the client meet this fault. */
  public FaultyTcpProxy answers(Fault fault) {
    answers.meet(fault);
    return this;
  }

  /** From now on, who connects is reset at once. */
  public FaultyTcpProxy refuse() {
    refusing = true;
    return this;
  }

  /** No faults any more. What stalled or waited passes; what has vanished is gone. */
  public FaultyTcpProxy heal() {
    refusing = false;
    return requests(new Fault.None()).answers(new Fault.None());
  }

  /** Resets every open connection, at both ends. */
  public void resetAll() {
    connections.forEach(ProxiedConnection::reset);
  }

  /** How many clients have connected so far, refused ones included. */
  public int accepted() {
    return accepted.get();
  }

  /** How many connections are open. */
  public int open() {
    return connections.size();
  }

  /** Resets every connection and stops listening. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      resetAll();
      heal();
    }
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        accept(listener.accept());
      } catch (IOException closedOrRefused) {
        // the loop ends when it was the close
      }
    }
  }

  private void accept(Socket client) throws IOException {
    accepted.incrementAndGet();
    if (refusing) {
      ProxiedConnection.reset(client);
      return;
    }
    Socket server = new Socket();
    ProxiedConnection connection = new ProxiedConnection(client, server, this::forget);
    connections.add(connection); // before the server can know of it, so that no reset misses it
    try {
      server.connect(target);
    } catch (IOException refused) {
      connection.reset();
      throw refused;
    }
    start("proxy-requests", () -> connection.pump(client, server, requests));
    start("proxy-answers", () -> connection.pump(server, client, answers));
    if (listener.isClosed()) {
      connection.reset();
    }
  }

  private void forget(ProxiedConnection over) {
    connections.remove(over);
    requests.wake();
    answers.wake();
  }

  private static void start(String name, Runnable task) {
    Thread.ofPlatform().daemon().name(name).start(task);
  }
}
