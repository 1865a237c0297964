package dev.greenlet.testing.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A server that accepts nobody and has no room for more who wait: to connect takes for ever. */
public final class FullBacklog implements AutoCloseable {
  private static final int MORE_THAN_ENOUGH = 8;

  private final ServerSocket listener;
  private final List<SocketChannel> queued = new ArrayList<>();

  private FullBacklog(ServerSocket listener) throws IOException {
    this.listener = listener;
    for (int i = 0; i < MORE_THAN_ENOUGH; i++) {
      SocketChannel channel = SocketChannel.open();
      queued.add(channel);
      channel.configureBlocking(false);
      channel.connect(listener.getLocalSocketAddress());
    }
  }

  /** Fills the line of a new server. */
  public static FullBacklog open() throws IOException {
    return new FullBacklog(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
  }

  /** Where nobody accepts. */
  public SocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : queued) {
      channel.close();
    }
    listener.close();
  }
}
