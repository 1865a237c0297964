package dev.greenlet.spring.http;

import io.netty.channel.EventLoop;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;

/**
 * Reactor Netty: who waits for a connection or the head of the answer is told to give up, a
 * connection is closed for as long as the exchange has it. A body ends then; that it has not come
 * to its end is for {@link ExchangeAbort#refuseEnd} to say.
 */
final class ReactorNettyAborts {
  private ReactorNettyAborts() {}

  static ReactorClientHttpRequestFactoryBuilder addTo(
      ReactorClientHttpRequestFactoryBuilder builder) {
    return builder.withHttpClientCustomizer(
        client -> client.mapConnect(ReactorNettyAborts::abortable));
  }

  private static Mono<? extends Connection> abortable(Mono<? extends Connection> connect) {
    AtomicReference<@Nullable Connected> connected = new AtomicReference<>();
    Sinks.One<Connection> givenUp = Sinks.one();
    CurrentAbort.by(
        () -> {
          givenUp.tryEmitError(new CancellationException("aborted by a kill"));
          Connected open = connected.get();
          if (open != null) {
            open.close();
          }
        });
    return Mono.firstWithSignal(
        connect.doOnNext(
            exchange -> connected.set(new Connected(exchange, exchange.channel().eventLoop()))),
        givenUp.asMono());
  }

  /** An exchange, which knows its loop only for as long as it has the connection. */
  private record Connected(Connection exchange, EventLoop loop) {

    /** Where connections are given back: one that was is not closed, and none is in between. */
    void close() {
      loop.execute(exchange::dispose);
    }
  }
}
