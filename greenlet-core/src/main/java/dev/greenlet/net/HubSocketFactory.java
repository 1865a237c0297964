package dev.greenlet.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Creates sockets for greenlets. A socket works on the hub of each caller without configuration: a
 * wait registers with the selector of that hub, in which the hub itself sleeps, so that no other
 * thread has to wake it. On both engines other greenlets run during the wait, and the tree of
 * greenlets shows {@code socket host:port}. On the shared lane and outside of greenlets a socket
 * waits as any other.
 *
 * <p>In addition to the properties of {@link Socket}:
 *
 * <ul>
 *   <li>An interrupt neither ends a call nor closes the socket, as it does with the JDK's sockets
 *       on a virtual thread. The interrupt status stays set.
 *   <li>A kill of the greenlet, or the expiry of a deadline, ends a call that waits with an {@link
 *       java.io.InterruptedIOException} whose cause is the exit. Libraries then discard the
 *       connection as after any failure. The kill or deadline counts as delivered even if the
 *       exception is swallowed: {@link dev.greenlet.Deadline#within} throws its {@link
 *       java.util.concurrent.TimeoutException}. A call that does not have to wait completes.
 *   <li>A cancelled read has consumed nothing: the socket remains usable, as after a read timeout.
 *       A cancelled write closes the socket, because a part of it may have been sent, and so does a
 *       cancelled connect.
 *   <li>Inside of a {@link dev.greenlet.SwitchPoint} that {@linkplain
 *       dev.greenlet.SwitchPoint#isCancellationDeclared declares} the effect of a kill on its call,
 *       the socket leaves cancellation to that.
 *   <li>Concurrent reads, and concurrent writes, are executed one at a time in the order of their
 *       arrival.
 *   <li>Timeouts are measured on the clock of the runtime, rounded up to milliseconds on a busy
 *       hub.
 *   <li>A host name that is passed to the factory is resolved off the hub. {@link
 *       InetSocketAddress} resolves in its constructor and blocks the hub meanwhile.
 *   <li>The SOCKS proxy of the system is not used, and {@link Socket#getChannel()} is {@code null}:
 *       the underlying channel is private to the socket.
 *   <li>The peer notices a close immediately; a hub in the middle of a slice releases its
 *       descriptor only afterwards.
 * </ul>
 *
 * <p>Thread-safe and stateless: any thread may use a factory. Drivers instantiate it by its class
 * name.
 */
public final class HubSocketFactory extends SocketFactory {
  private static final HubSocketFactory DEFAULT = new HubSocketFactory();

  /** Creates a factory. All are equivalent. */
  public HubSocketFactory() {}

  /**
   * Returns a factory; the method that drivers look up by name. Any thread.
   *
   * @return the same factory each time
   */
  public static SocketFactory getDefault() {
    return DEFAULT;
  }

  @Override
  public Socket createSocket() throws IOException {
    return new HubSocket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(HostNames.resolve(host, port), null);
  }

  @Override
  public Socket createSocket(String host, int port, @Nullable InetAddress localHost, int localPort)
      throws IOException {
    return connected(HostNames.resolve(host, port), new InetSocketAddress(localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(
      InetAddress host, int port, @Nullable InetAddress localHost, int localPort)
      throws IOException {
    return connected(
        new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
  }

  private static Socket connected(SocketAddress remote, @Nullable SocketAddress local)
      throws IOException {
    HubSocket socket = new HubSocket();
    try {
      if (local != null) {
        socket.bind(local);
      }
      socket.connect(remote);
      return socket;
    } catch (IOException | RuntimeException failure) {
      socket.close();
      throw failure;
    }
  }
}
