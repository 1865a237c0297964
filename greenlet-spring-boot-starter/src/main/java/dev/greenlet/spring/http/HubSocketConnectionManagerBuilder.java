package dev.greenlet.spring.http;

import dev.greenlet.net.HubSocketFactory;
import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import javax.net.SocketFactory;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Builds connection managers of Apache HttpClient 5 whose connections are hub sockets, with TLS or
 * without; see {@link HubSocketFactory} for their behaviour. Everything else is as with Apache's
 * builder.
 *
 * <pre>{@code
 * CloseableHttpClient client =
 *     HttpClients.custom()
 *         .setConnectionManager(
 *             HubSocketConnectionManagerBuilder.create().setMaxConnPerRoute(20).build())
 *         .build();
 * }</pre>
 *
 * <p>Connections through a SOCKS proxy are sockets of the JDK. A client may be used by greenlets of
 * several hubs and by plain threads. The builder is not thread-safe; what it builds is.
 */
public final class HubSocketConnectionManagerBuilder
    extends PoolingHttpClientConnectionManagerBuilder {
  private static final SocketFactory SOCKETS = HubSocketFactory.getDefault();

  private HubSocketConnectionManagerBuilder() {}

  /**
   * Creates a builder with Apache's defaults.
   *
   * @return a new builder
   */
  public static HubSocketConnectionManagerBuilder create() {
    return new HubSocketConnectionManagerBuilder();
  }

  @Override
  protected HttpClientConnectionOperator createConnectionOperator(
      SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
    return new DefaultHttpClientConnectionOperator(
        HubSocketConnectionManagerBuilder::socket,
        ports,
        names,
        RegistryBuilder.<TlsSocketStrategy>create().register(URIScheme.HTTPS.id, tls).build());
  }

  private static Socket socket(@Nullable Proxy socks) throws IOException {
    return socks == null ? SOCKETS.createSocket() : new Socket(socks);
  }
}
