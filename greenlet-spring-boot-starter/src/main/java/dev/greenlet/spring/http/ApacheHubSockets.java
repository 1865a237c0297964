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
 * Lets Apache HttpClient connect by hub sockets where Boot builds it. Its builder cannot be told
 * which sockets to use, so the connection manager is built anew: with Boot's settings, the sizes of
 * the pool that was built, and what {@link HubConnectionsCustomizer}s say. One that the application
 * has made itself is left alone. Thread-safe.
 */
public final class ApacheHubSockets implements ClientSockets {
  private static final Log logger = LogFactory.getLog(ApacheHubSockets.class);

  private final Supplier<List<HubConnectionsCustomizer>> customizers;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * Creates it.
   *
   * @param customizers are asked for each client
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
    if (told.compareAndSet(false, true)) {
      logger.warn(
          "'greenlet.http.sockets' has no effect on clients of %s: only Apache HttpClient can use"
                  .formatted(builder.getClass().getSimpleName())
              + " hub sockets, see 'spring.http.clients.imperative.factory=http-components'");
    }
    return builder;
  }

  private HttpComponentsClientHttpRequestFactoryBuilder choose(
      HttpComponentsClientHttpRequestFactoryBuilder apache, HttpClientSettings settings) {
    AtomicReference<@Nullable PoolSizes> boots = new AtomicReference<>();
    return apache
        .withConnectionManagerCustomizer(pool -> boots.set(PoolSizes.takenFrom(pool)))
        .withHttpClientCustomizer(client -> replaceManager(client, boots.get(), settings));
  }

  private void replaceManager(
      HttpClientBuilder client, @Nullable PoolSizes sizes, HttpClientSettings settings) {
    if (sizes != null
        && client.getConnManager() instanceof PoolingHttpClientConnectionManager manager
        && PoolSizes.wereTakenFrom(manager)) {
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

  /** How many connections a pool has. */
  private record PoolSizes(int total, int perRoute) {
    private static final int TAKEN = Integer.MAX_VALUE - 11;

    /** A builder does not tell, but what it builds does. Marks what it builds from now on. */
    static PoolSizes takenFrom(PoolingHttpClientConnectionManagerBuilder pool) {
      try (PoolingHttpClientConnectionManager asked = pool.build()) {
        return new PoolSizes(asked.getMaxTotal(), asked.getDefaultMaxPerRoute());
      } finally {
        pool.setMaxConnTotal(TAKEN);
      }
    }

    /** Whether Boot has built it, and not the application. */
    static boolean wereTakenFrom(PoolingHttpClientConnectionManager manager) {
      return manager.getMaxTotal() == TAKEN;
    }
  }
}
