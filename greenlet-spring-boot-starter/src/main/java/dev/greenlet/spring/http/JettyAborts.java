package dev.greenlet.spring.http;

import java.util.concurrent.CancellationException;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;

/**
 * Jetty's client: a request can be aborted from the moment it is in the line of its destination.
 */
final class JettyAborts {
  private JettyAborts() {}

  static JettyClientHttpRequestFactoryBuilder addTo(JettyClientHttpRequestFactoryBuilder builder) {
    return builder.withHttpClientCustomizer(
        client ->
            client
                .getRequestListeners()
                .addQueuedListener(
                    request ->
                        Aborts.by(
                            () -> request.abort(new CancellationException("aborted by a kill")))));
  }
}
