package dev.greenlet.spring.http;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;

/**
 * Chooses the sockets on which the HTTP clients that Boot builds connect. An SPI; implementations
 * are thread-safe.
 */
@FunctionalInterface
public interface ClientSockets {
  /** Leaves each client on its own sockets. */
  ClientSockets DEFAULT = (builder, settings) -> builder;

  /**
   * Chooses the sockets of one client. Does not block.
   *
   * @param builder builds the client
   * @param settings the settings it is built with, or {@code null} for the defaults
   * @return the builder, or one that chooses other sockets
   */
  ClientHttpRequestFactoryBuilder<?> choose(
      ClientHttpRequestFactoryBuilder<?> builder, @Nullable HttpClientSettings settings);
}
