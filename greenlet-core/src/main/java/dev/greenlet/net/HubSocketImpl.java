package dev.greenlet.net;

import dev.greenlet.GreenletExit;
import dev.greenlet.Readiness;
import dev.greenlet.WaitReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A socket implementation over a non-blocking channel that behaves as a blocking one. {@link
 * Socket} itself keeps its states and rejects calls by them, as for any implementation.
 */
final class HubSocketImpl extends SocketImpl {
  /** The largest piece of a read or write; the JDK copies it through a buffer that it keeps. */
  private static final int LARGEST_PIECE = 128 * 1024;

  private static final Set<HubSocketImpl> OPEN = ConcurrentHashMap.newKeySet();

  private final SocketMutex reading = new SocketMutex();
  private final SocketMutex writing = new SocketMutex();
  private volatile @Nullable Connection connection;
  private volatile WaitReason reason = new WaitReason(WaitReason.SOCKET, "");
  private volatile int timeoutMillis;
  private volatile boolean inputShut;
  private volatile boolean closed;

  /** The channel, and its readiness. */
  private record Connection(SocketChannel channel, Readiness readiness) {}

  @Override
  protected void create(boolean stream) throws IOException {
    if (!stream) {
      throw new SocketException("A hub socket is a stream socket: use java.net for datagrams");
    }
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    connection = new Connection(channel, Readiness.of(channel));
    OPEN.add(this);
  }

  /** Closes the sockets in which a thread waits. */
  static boolean closeAwaitedBy(Thread thread) throws IOException {
    boolean closed = false;
    for (HubSocketImpl open : OPEN) {
      Connection connected = open.connection;
      if (connected != null && connected.readiness.isAwaitedBy(thread)) {
        open.close();
        closed = true;
      }
    }
    return closed;
  }

  private Connection created() throws SocketException {
    Connection created = connection;
    if (created == null) {
      throw new SocketException("Socket is not created");
    }
    return created;
  }

  private SocketChannel channel() throws SocketException {
    return created().channel;
  }

  /** Returns the view of the channel that knows the options of {@link Socket}. */
  private Socket options() throws SocketException {
    return channel().socket();
  }

  // --- connecting -------------------------------------------------------------------------------

  @Override
  protected void connect(String host, int port) throws IOException {
    connect(new InetSocketAddress(host, port), 0);
  }

  @Override
  protected void connect(InetAddress host, int port) throws IOException {
    connect(new InetSocketAddress(host, port), 0);
  }

  @Override
  protected void connect(SocketAddress remote, int timeout) throws IOException {
    if (!(remote instanceof InetSocketAddress target)) {
      throw new IllegalArgumentException("Unsupported address type");
    }
    boolean connected = false;
    try {
      if (target.isUnresolved()) {
        throw new UnknownHostException(target.getHostString());
      }
      reason = new WaitReason(WaitReason.SOCKET, target.getHostString() + ":" + target.getPort());
      finishConnecting(target, timeout);
      connected = true;
    } catch (GreenletExit exit) {
      throw SocketFailures.cancelled("Connect", exit);
    } catch (IOException | ConnectionPendingException failure) {
      throw SocketFailures.translate(failure);
    } finally {
      if (!connected) {
        close();
      }
    }
    address = target.getAddress();
    port = target.getPort();
    localport = localPort();
  }

  private void finishConnecting(InetSocketAddress target, int millis) throws IOException {
    Connection connecting = created();
    if (connecting.channel.connect(target)) {
      return;
    }
    SocketTimeout timeout = new SocketTimeout(millis);
    while (!connecting.channel.finishConnect()) {
      if (timeout.isOver()) {
        throw new SocketTimeoutException("Connect timed out");
      }
      timeout.await(connecting.readiness, SelectionKey.OP_CONNECT, reason);
    }
  }

  @Override
  protected void bind(InetAddress host, int port) throws IOException {
    try {
      channel().bind(new InetSocketAddress(host, port));
    } catch (IOException failure) {
      throw SocketFailures.translate(failure);
    }
    localport = localPort();
  }

  private int localPort() throws IOException {
    return channel().getLocalAddress() instanceof InetSocketAddress local ? local.getPort() : -1;
  }

  @Override
  protected void listen(int backlog) throws IOException {
    throw new SocketException("A hub socket does not listen: use java.net.ServerSocket");
  }

  @Override
  protected void accept(SocketImpl accepting) throws IOException {
    throw new SocketException("A hub socket does not accept: use java.net.ServerSocket");
  }

  // --- reading and writing ----------------------------------------------------------------------

  @Override
  protected InputStream getInputStream() {
    return new HubSocketInput(this);
  }

  @Override
  protected OutputStream getOutputStream() {
    return new HubSocketOutput(this);
  }

  /**
   * Reads the available bytes, waiting for the first. Returns -1 at the end of the stream. A
   * cancelled read has consumed nothing.
   */
  int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    Connection connected = created();
    ByteBuffer target = ByteBuffer.wrap(into, offset, Math.min(length, LARGEST_PIECE));
    enter(reading, "Read");
    try {
      int read = connected.channel.read(target);
      return read != 0 ? read : awaitAndRead(connected, target);
    } catch (GreenletExit exit) {
      throw SocketFailures.cancelled("Read", exit);
    } catch (IOException failure) {
      throw SocketFailures.translate(failure);
    } finally {
      reading.leave();
    }
  }

  private void enter(SocketMutex mutex, String call) throws InterruptedIOException {
    try {
      mutex.enter(reason);
    } catch (GreenletExit exit) {
      throw SocketFailures.cancelled(call, exit);
    }
  }

  private int awaitAndRead(Connection connected, ByteBuffer target) throws IOException {
    SocketTimeout timeout = new SocketTimeout(timeoutMillis);
    while (true) {
      timeout.await(connected.readiness, SelectionKey.OP_READ, reason);
      int read = connected.channel.read(target);
      if (read != 0) {
        return read;
      }
      if (timeout.isOver()) {
        throw new SocketTimeoutException("Read timed out");
      }
    }
  }

  /**
   * Writes all bytes, waiting while the peer does not accept them. Closes the socket if it is
   * cancelled in the middle: the peer would take the next bytes for the rest.
   */
  void write(byte[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    Connection connected = created();
    enter(writing, "Write");
    int next = offset;
    try {
      int end = offset + length;
      while (next < end) {
        ByteBuffer piece = ByteBuffer.wrap(from, next, Math.min(end - next, LARGEST_PIECE));
        int written = connected.channel.write(piece);
        if (written == 0) {
          connected.readiness.await(SelectionKey.OP_WRITE, reason, Long.MAX_VALUE);
        }
        next += written;
      }
    } catch (GreenletExit exit) {
      InterruptedIOException cancelled = SocketFailures.cancelled("Write", exit);
      cancelled.bytesTransferred = next - offset;
      close();
      throw cancelled;
    } catch (IOException failure) {
      throw SocketFailures.translate(failure);
    } finally {
      writing.leave();
    }
  }

  @Override
  protected int available() throws IOException {
    return inputShut ? 0 : options().getInputStream().available();
  }

  @Override
  protected boolean supportsUrgentData() {
    return true;
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    options().sendUrgentData(data);
  }

  // --- ending -----------------------------------------------------------------------------------

  @Override
  protected void shutdownInput() throws IOException {
    Connection connected = created();
    try {
      connected.channel.shutdownInput();
    } catch (IOException failure) {
      throw SocketFailures.translate(failure);
    }
    inputShut = true;
    connected.readiness.wake(SelectionKey.OP_READ);
  }

  @Override
  protected void shutdownOutput() throws IOException {
    Connection connected = created();
    try {
      connected.channel.shutdownOutput();
    } catch (IOException failure) {
      throw SocketFailures.translate(failure);
    }
    connected.readiness.wake(SelectionKey.OP_WRITE);
  }

  /** Returns whether it was closed, also when not by {@link Socket#close}. */
  boolean isClosed() {
    return closed;
  }

  @Override
  protected void close() throws IOException {
    closed = true;
    OPEN.remove(this);
    Connection closing = connection;
    if (closing != null) {
      try {
        closing.channel.close();
      } finally {
        closing.readiness.close();
      }
    }
  }

  // --- options ----------------------------------------------------------------------------------

  @Override
  public void setOption(int option, Object value) throws SocketException {
    IntOptions.set(options(), option, value);
    if (option == SO_TIMEOUT) {
      timeoutMillis = (int) value;
    }
  }

  @Override
  public Object getOption(int option) throws SocketException {
    return IntOptions.get(options(), option);
  }

  @Override
  protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
    channel().setOption(option, value);
  }

  @Override
  protected <T> T getOption(SocketOption<T> option) throws IOException {
    return channel().getOption(option);
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    Connection created = connection;
    return created == null ? Set.of() : created.channel.supportedOptions();
  }
}
