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
 * TLS over hub sockets: the JDK's own TLS, layered over a socket of {@link HubSocketFactory}, which
 * does the waiting. All that the JDK's TLS sockets promise holds. There are no unconnected ones, to
 * which {@link #createSocket()} says so.
 *
 * <p>A read that a kill or the end of a deadline has cancelled loses nothing, be it in the middle
 * of a record: the next read goes on with it. A cancelled write closes the connection. A cancelled
 * handshake fails it, unless {@link javax.net.ssl.SSLSocket#startHandshake} was called, which may
 * be called again.
 *
 * <p>On the portable engine two greenlets of one hub should not share a connection while it shakes
 * hands or closes: there the JDK's locks would be waited for with the baton in hand.
 *
 * <p>Thread-safe; drivers make their own by class name.
 */
public final class HubSSLSocketFactory extends SSLSocketFactory {
  private static final HubSocketFactory PLAIN = new HubSocketFactory();

  private final SSLSocketFactory tls;

  /**
   * Creates a factory with the JVM's default context.
   *
   * @throws NoSuchAlgorithmException if the JVM has none
   */
  public HubSSLSocketFactory() throws NoSuchAlgorithmException {
    this(SSLContext.getDefault());
  }

  /**
   * Creates a factory with a context.
   *
   * @param context what it trusts, and what it shows
   */
  public HubSSLSocketFactory(SSLContext context) {
    this(Objects.requireNonNull(context, "'context' must not be null").getSocketFactory());
  }

  /**
   * Creates a factory that layers with another one.
   *
   * @param tls makes TLS sockets over connected ones
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
   * Layers TLS over a connected socket, of whichever sort.
   *
   * @param socket a connected socket
   * @param host the name of its peer
   * @param port the port of its peer
   * @param autoClose whether to close it with the TLS socket
   * @return the TLS socket, which has not shaken hands yet
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

  /** The name it was made with, if any: to look for another would block. */
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
