package dev.greenlet.spring.http;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;

/** Reactor Netty: who waits for a connection is told to give up, a connection is closed. */
final class ReactorNettyAborts {
  private ReactorNettyAborts() {}

  static ReactorClientHttpRequestFactoryBuilder addTo(
      ReactorClientHttpRequestFactoryBuilder builder) {
    return builder.withHttpClientCustomizer(
        client -> client.mapConnect(ReactorNettyAborts::abortable));
  }

  private static Mono<? extends Connection> abortable(Mono<? extends Connection> connect) {
    AtomicReference<@Nullable Connection> connected = new AtomicReference<>();
    Sinks.One<Connection> givenUp = Sinks.one();
    Aborts.by(
        () -> {
          givenUp.tryEmitError(new CancellationException("aborted by a kill"));
          Connection open = connected.get();
          if (open != null) {
            open.dispose();
          }
        });
    return Mono.firstWithSignal(connect.doOnNext(connected::set), givenUp.asMono());
  }
}
