package dev.greenlet.spring.http;

import io.netty.channel.Channel;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.channel.ChannelOperations;

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
    AtomicReference<@Nullable Connection> connected = new AtomicReference<>();
    Sinks.One<Connection> givenUp = Sinks.one();
    Aborts.by(
        () -> {
          givenUp.tryEmitError(new CancellationException("aborted by a kill"));
          Connection open = connected.get();
          if (open != null) {
            closeUnlessGivenBack(open);
          }
        });
    return Mono.firstWithSignal(connect.doOnNext(connected::set), givenUp.asMono());
  }

  /** Where it is given back, so that it is nobody else's in between. */
  private static void closeUnlessGivenBack(Connection exchange) {
    Channel channel = exchange.channel();
    channel
        .eventLoop()
        .execute(
            () -> {
              if (ChannelOperations.get(channel) == exchange) {
                exchange.dispose();
              }
            });
  }
}
