package dev.greenlet.spring.http;

import java.util.concurrent.CancellationException;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;

/**
 * Jetty's client: a request can be aborted from the moment it is in the queue of its destination.
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
                        CurrentAbort.by(
                            () -> request.abort(new CancellationException("aborted by a kill")))));
  }
}
