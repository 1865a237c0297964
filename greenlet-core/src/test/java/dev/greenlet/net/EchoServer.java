package dev.greenlet.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Sends back what it is sent, to any number of clients, on one platform thread. */
final class EchoServer implements AutoCloseable {
  private final Selector selector = Selector.open();
  private final ServerSocketChannel listener = ServerSocketChannel.open();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
  private final Thread thread = Thread.ofPlatform().daemon().name("echo").unstarted(this::serve);

  private EchoServer() throws IOException {
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2048);
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
  }

  static EchoServer start() throws IOException {
    EchoServer server = new EchoServer();
    server.thread.start();
    return server;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(
        listener.socket().getInetAddress(), listener.socket().getLocalPort());
  }

  private void serve() {
    try {
      while (listener.isOpen()) {
        selector.select(this::serve);
      }
    } catch (IOException | RuntimeException closed) {
      // the test is over
    }
  }

  private void serve(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        SocketChannel accepted = listener.accept();
        accepted.configureBlocking(false);
        accepted.register(selector, SelectionKey.OP_READ);
      } else if (key.channel() instanceof SocketChannel client) {
        echo(client);
      }
    } catch (IOException broken) {
      key.cancel();
    }
  }

  private void echo(SocketChannel client) throws IOException {
    buffer.clear();
    if (client.read(buffer) < 0) {
      client.close();
      return;
    }
    buffer.flip();
    while (buffer.hasRemaining()) {
      client.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    selector.close();
  }
}
