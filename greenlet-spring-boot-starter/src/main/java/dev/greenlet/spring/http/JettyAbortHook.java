package dev.greenlet.spring.http;

import java.util.concurrent.CancellationException;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;

/**
 * The abort hook of Jetty's client, whose requests can be aborted from the moment at which they are
 * queued for their destination.
 */
final class JettyAbortHook {
  private JettyAbortHook() {}

  static JettyClientHttpRequestFactoryBuilder addTo(JettyClientHttpRequestFactoryBuilder builder) {
    return builder.withHttpClientCustomizer(
        client ->
            client
                .getRequestListeners()
                .addQueuedListener(
                    request ->
                        CurrentAbort.register(
                            () ->
                                request.abort(
                                    new CancellationException("The exchange was aborted")))));
  }
}
