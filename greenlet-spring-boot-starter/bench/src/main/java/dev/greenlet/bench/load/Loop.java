package dev.greenlet.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One thread's connections: each sends its next request when the last one was answered. */
final class Loop {
  private static final long SLOWEST_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int SELECT_MILLIS = 100;

  private final Selector selector;
  private final InetSocketAddress server;
  private final byte[] request;
  private final ByteBuffer input = ByteBuffer.allocateDirect(64 * 1024);
  private final ByteBuffer output;
  private final Histogram latencies = newHistogram();
  private long errors;
  private int pending;
  private long begin;
  private long end;

  private Loop(Selector selector, int port, String path) {
    this.selector = selector;
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.request =
        "GET %s HTTP/1.1\r\nHost: localhost:%d\r\n\r\n"
            .formatted(path, port)
            .getBytes(StandardCharsets.US_ASCII);
    this.output = ByteBuffer.allocateDirect(request.length).put(request).flip();
  }

  static Histogram newHistogram() {
    return new Histogram(SLOWEST_NANOS, 3);
  }

  /** Opens the connections. */
  static Loop connect(int port, String path, int connections) throws IOException {
    Loop loop = new Loop(Selector.open(), port, path);
    for (int i = 0; i < connections; i++) {
      loop.open();
    }
    return loop;
  }

  /**
   * Sends requests until the end, waits for the answers to those that are on their way, and closes
   * the connections. What was answered between the two times is counted.
   */
  void run(long windowBegin, long windowEnd) {
    begin = windowBegin;
    end = windowEnd;
    try (selector) {
      for (SelectionKey key : List.copyOf(selector.keys())) {
        send((Connection) key.attachment());
      }
      while (System.nanoTime() < end || (pending > 0 && System.nanoTime() < end + DRAIN_NANOS)) {
        selector.select(key -> receive((Connection) key.attachment()), SELECT_MILLIS);
      }
      errors += pending;
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  Histogram latencies() {
    return latencies;
  }

  long errors() {
    return errors;
  }

  private Connection open() throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    Connection connection = new Connection(channel);
    channel.register(selector, SelectionKey.OP_READ, connection);
    return connection;
  }

  private void send(Connection connection) {
    try {
      connection.sentAt = System.nanoTime();
      pending++;
      connection.channel.write(output.rewind());
      if (output.hasRemaining()) {
        throw new IOException("The socket takes no request");
      }
    } catch (IOException failure) {
      replace(connection);
    }
  }

  private void receive(Connection connection) {
    try {
      int length = connection.channel.read(input.clear());
      if (length < 0) {
        throw new IOException("The server has closed the connection");
      }
      input.flip();
      while (input.hasRemaining()) {
        if (connection.response.accept(input.get())) {
          answered(connection);
        }
      }
    } catch (IOException failure) {
      replace(connection);
    }
  }

  private void answered(Connection connection) {
    pending--;
    long now = System.nanoTime();
    if (connection.response.status() != 200) {
      errors++;
    } else if (now >= begin && now < end) {
      latencies.recordValue(Math.min(now - connection.sentAt, SLOWEST_NANOS));
    }
    if (now < end) {
      send(connection);
    }
  }

  /** A connection that the server closed while it owed an answer. */
  private void replace(Connection connection) {
    errors++;
    pending--;
    try {
      connection.channel.close();
      if (System.nanoTime() < end) {
        send(open());
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static final class Connection {
    final SocketChannel channel;
    final ResponseParser response = new ResponseParser();
    long sentAt;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }
  }
}
