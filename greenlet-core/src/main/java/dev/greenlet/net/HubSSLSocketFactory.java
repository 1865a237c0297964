package dev.greenlet.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Creates TLS sockets over hub sockets: the TLS of the JDK, layered over a socket of {@link
 * HubSocketFactory}, which waits. All properties of the JDK's TLS sockets hold. {@link
 * #createSocket()} fails, as there are no unconnected TLS sockets.
 *
 * <p>A read that is cancelled by a kill or the expiry of a deadline loses nothing, even in the
 * middle of a record: the next read continues it. A cancelled write closes the connection. A
 * cancelled handshake fails the connection, except in {@link
 * javax.net.ssl.SSLSocket#startHandshake}, which may be called again. Interrupts have no effect.
 *
 * <p>On the portable engine, greenlets of one hub should not share a connection during its
 * handshake or its close: there a greenlet that waits for a lock of the JDK keeps its hub.
 *
 * <p>Thread-safe: any thread may use a factory. Drivers instantiate it by its class name.
 */
public final class HubSSLSocketFactory extends SSLSocketFactory {
  private static final HubSocketFactory PLAIN = new HubSocketFactory();

  private final SSLSocketFactory tls;

  /**
   * Creates a factory with the default context of the JVM.
   *
   * @throws NoSuchAlgorithmException if the JVM has no default context
   */
  public HubSSLSocketFactory() throws NoSuchAlgorithmException {
    this(SSLContext.getDefault());
  }

  /**
   * Creates a factory with a context.
   *
   * @param context the source of keys and trust
   */
  public HubSSLSocketFactory(SSLContext context) {
    this(Objects.requireNonNull(context, "'context' must not be null").getSocketFactory());
  }

  /**
   * Creates a factory that layers with another factory.
   *
   * @param tls creates TLS sockets over connected ones
   */
  public HubSSLSocketFactory(SSLSocketFactory tls) {
    this.tls = Objects.requireNonNull(tls, "'tls' must not be null");
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return tls.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return tls.getSupportedCipherSuites();
  }

  /**
   * Layers TLS over a connected socket of any kind. Any thread; does not wait.
   *
   * @param socket a connected socket
   * @param host the host name of the peer
   * @param port the port of the peer
   * @param autoClose whether the TLS socket closes it
   * @return the TLS socket, before its handshake
   * @throws IOException if the socket is not connected
   */
  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return tls.createSocket(socket, host, port, autoClose);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return layerOver(PLAIN.createSocket(host, port), host, port);
  }

  @Override
  public Socket createSocket(String host, int port, @Nullable InetAddress localHost, int localPort)
      throws IOException {
    return layerOver(PLAIN.createSocket(host, port, localHost, localPort), host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return layerOver(PLAIN.createSocket(host, port), nameOf(host), port);
  }

  @Override
  public Socket createSocket(
      InetAddress host, int port, @Nullable InetAddress localHost, int localPort)
      throws IOException {
    return layerOver(PLAIN.createSocket(host, port, localHost, localPort), nameOf(host), port);
  }

  /** Returns the name that the address was created with, if any: a reverse look-up would block. */
  private static String nameOf(InetAddress host) {
    return new InetSocketAddress(host, 0).getHostString();
  }

  private Socket layerOver(Socket connected, String host, int port) throws IOException {
    try {
      return tls.createSocket(connected, host, port, true);
    } catch (IOException | RuntimeException failure) {
      connected.close();
      throw failure;
    }
  }
}
