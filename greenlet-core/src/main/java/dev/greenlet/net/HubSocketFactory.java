package dev.greenlet.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes sockets for greenlets. A socket works on whichever hub its caller is, without being told: a
 * wait registers with the selector of that hub, and the hub sleeps in that selector, so that no
 * other thread has to wake it. On both engines other greenlets run meanwhile, and the tree shows
 * {@code socket host:port}. On the shared lane and off greenlets it waits as any socket does.
 *
 * <p>Beyond what {@link Socket} promises:
 *
 * <ul>
 *   <li>An interrupt does not end a call, nor does it close the socket, as the JDK's does on a
 *       virtual thread. It stays set.
 *   <li>A kill of the greenlet, or the end of a deadline, ends a call that waits, with an {@link
 *       java.io.InterruptedIOException} whose cause is the exit. A library then gives its
 *       connection up, as after any failure. The kill or deadline counts as delivered whatever
 *       becomes of the exception: {@link dev.greenlet.Deadline#within} throws its {@link
 *       java.util.concurrent.TimeoutException}. A call that does not have to wait goes through.
 *   <li>A read that was cancelled has taken nothing: the socket is usable, as after a read timeout.
 *       A cancelled write closes the socket, for part of it may have been sent, and so does a
 *       cancelled connect.
 *   <li>Inside of a {@link dev.greenlet.SwitchPoint} that {@linkplain
 *       dev.greenlet.SwitchPoint#isCancellationDeclared declares} what a kill does to its call, the
 *       socket leaves it to that.
 *   <li>Reads and writes by several at once take turns, in the order of their arrival.
 *   <li>Timeouts go by the clock of the runtime, rounded up to milliseconds on a busy hub.
 *   <li>A host name given to the factory is resolved off the hub. {@link InetSocketAddress}
 *       resolves where it is made, and holds up the hub meanwhile.
 *   <li>The system's SOCKS proxy is not used, and {@link Socket#getChannel()} is {@code null}: the
 *       channel below is the socket's own.
 *   <li>After a close the peer hears of it at once; a hub in the middle of a slice gives back its
 *       descriptor only afterwards.
 * </ul>
 *
 * <p>Thread-safe and without state; drivers make their own by class name.
 */
public final class HubSocketFactory extends SocketFactory {
  private static final HubSocketFactory DEFAULT = new HubSocketFactory();

  /** Creates a factory. All are alike. */
  public HubSocketFactory() {}

  /**
   * A factory, for those who look for this method by name.
   *
   * @return the same one each time
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
