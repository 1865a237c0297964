package dev.greenlet.spring.http;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.ssl.SslBundle;

/**
 * Gives the Apache HttpClient that Boot builds connections on hub sockets. Its builder has no
 * option for the sockets, so the connection manager is built anew: from Boot's settings, the sizes
 * of the pool that Boot has built, and the {@link HubConnectionsCustomizer} beans. A connection
 * manager of the application is left alone.
 *
 * <p>Thread-safe.
 */
public final class ApacheHubSockets implements ClientSockets {
  private static final Log logger = LogFactory.getLog(ApacheHubSockets.class);

  private final Supplier<List<HubConnectionsCustomizer>> customizers;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * Creates a choice of hub sockets.
   *
   * @param customizers supplies the customizers, once for each client
   */
  public ApacheHubSockets(Supplier<List<HubConnectionsCustomizer>> customizers) {
    this.customizers = customizers;
  }

  @Override
  public ClientHttpRequestFactoryBuilder<?> choose(
      ClientHttpRequestFactoryBuilder<?> builder, @Nullable HttpClientSettings settings) {
    if (builder instanceof HttpComponentsClientHttpRequestFactoryBuilder apache) {
      return choose(apache, settings == null ? HttpClientSettings.defaults() : settings);
    }
    if (warned.compareAndSet(false, true)) {
      logger.warn(
          "'greenlet.http.sockets' has no effect on clients of %s: only Apache HttpClient supports"
                  .formatted(builder.getClass().getSimpleName())
              + " hub sockets, set 'spring.http.clients.imperative.factory=http-components'");
    }
    return builder;
  }

  private HttpComponentsClientHttpRequestFactoryBuilder choose(
      HttpComponentsClientHttpRequestFactoryBuilder apache, HttpClientSettings settings) {
    AtomicReference<@Nullable PoolSizes> sizes = new AtomicReference<>();
    return apache
        .withConnectionManagerCustomizer(pool -> sizes.set(PoolSizes.readAndMark(pool)))
        .withHttpClientCustomizer(client -> replaceManager(client, sizes.get(), settings));
  }

  private void replaceManager(
      HttpClientBuilder client, @Nullable PoolSizes sizes, HttpClientSettings settings) {
    if (sizes != null
        && client.getConnManager() instanceof PoolingHttpClientConnectionManager manager
        && PoolSizes.isMarked(manager)) {
      client.setConnectionManager(build(sizes, settings));
    }
  }

  private PoolingHttpClientConnectionManager build(PoolSizes sizes, HttpClientSettings settings) {
    HubSocketConnectionManagerBuilder connections = HubSocketConnectionManagerBuilder.create();
    connections
        .useSystemProperties()
        .setMaxConnTotal(sizes.total())
        .setMaxConnPerRoute(sizes.perRoute())
        .setDefaultConnectionConfig(timeLimits(settings));
    SslBundle bundle = settings.sslBundle();
    if (bundle != null) {
      connections.setTlsSocketStrategy(
          new DefaultClientTlsStrategy(
              bundle.createSslContext(),
              bundle.getOptions().getEnabledProtocols(),
              bundle.getOptions().getCiphers(),
              null,
              new DefaultHostnameVerifier()));
    }
    if (settings.inetAddressFilter() != null) {
      connections.setDnsResolver(new FilteredAddresses(settings.inetAddressFilter()));
    }
    customizers.get().forEach(customizer -> customizer.customize(connections));
    return connections.build();
  }

  private static ConnectionConfig timeLimits(HttpClientSettings settings) {
    ConnectionConfig.Builder limits = ConnectionConfig.custom();
    Duration connect = settings.connectTimeout();
    if (connect != null) {
      limits.setConnectTimeout(connect.toMillis(), TimeUnit.MILLISECONDS);
    }
    Duration read = settings.readTimeout();
    if (read != null) {
      limits.setSocketTimeout(Math.toIntExact(read.toMillis()), TimeUnit.MILLISECONDS);
    }
    return limits.build();
  }

  /** The sizes of a connection pool. */
  private record PoolSizes(int total, int perRoute) {
    private static final int MARK = Integer.MAX_VALUE - 11;

    /**
     * Reads the sizes from what the builder builds, as it has no getters. Marks what it builds from
     * now on.
     */
    static PoolSizes readAndMark(PoolingHttpClientConnectionManagerBuilder pool) {
      try (PoolingHttpClientConnectionManager built = pool.build()) {
        return new PoolSizes(built.getMaxTotal(), built.getDefaultMaxPerRoute());
      } finally {
        pool.setMaxConnTotal(MARK);
      }
    }

    /** Returns whether Boot has built the manager, and not the application. */
    static boolean isMarked(PoolingHttpClientConnectionManager manager) {
      return manager.getMaxTotal() == MARK;
    }
  }
}
