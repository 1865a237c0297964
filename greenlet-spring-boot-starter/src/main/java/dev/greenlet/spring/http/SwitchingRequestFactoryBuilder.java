package dev.greenlet.spring.http;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Builds factories whose requests are switch points, with an abort hook where the client has one.
 */
record SwitchingRequestFactoryBuilder(
    ClientHttpRequestFactoryBuilder<?> delegate, ClientSockets sockets)
    implements ClientHttpRequestFactoryBuilder<ClientHttpRequestFactory> {
  @Override
  public ClientHttpRequestFactory build(@Nullable HttpClientSettings settings) {
    return SwitchingClientHttpRequestFactory.around(
        CurrentAbort.addTo(sockets.choose(delegate, settings)).build(settings));
  }
}
