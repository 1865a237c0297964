package dev.greenlet.spring.http;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;

/** On which sockets the clients connect that Boot builds. Implementations are thread-safe. */
@FunctionalInterface
public interface ClientSockets {
  /** The client's own: nothing is changed. */
  ClientSockets OWN = (builder, settings) -> builder;

  /**
   * Chooses the sockets of one client.
   *
   * @param builder builds the client
   * @param settings what it is built with, if that is not the default
   * @return the builder, or one that chooses other sockets
   */
  ClientHttpRequestFactoryBuilder<?> choose(
      ClientHttpRequestFactoryBuilder<?> builder, @Nullable HttpClientSettings settings);
}
