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
 * The abort hook of Reactor Netty. An abort fails the wait for a connection or for the head of the
 * response, and closes the connection while the exchange owns it. The body ends then, and {@link
 * ExchangeAbort#failIfAborted} reports that it is incomplete.
 */
final class ReactorNettyAbortHook {
  private ReactorNettyAbortHook() {}

  static ReactorClientHttpRequestFactoryBuilder addTo(
      ReactorClientHttpRequestFactoryBuilder builder) {
    return builder.withHttpClientCustomizer(
        client -> client.mapConnect(ReactorNettyAbortHook::abortable));
  }

  private static Mono<? extends Connection> abortable(Mono<? extends Connection> connect) {
    AtomicReference<@Nullable Connected> connected = new AtomicReference<>();
    Sinks.One<Connection> aborted = Sinks.one();
    CurrentAbort.register(
        () -> {
          aborted.tryEmitError(new CancellationException("The exchange was aborted"));
          Connected open = connected.get();
          if (open != null) {
            open.close();
          }
        });
    return Mono.firstWithSignal(
        connect.doOnNext(
            exchange -> connected.set(new Connected(exchange, exchange.channel().eventLoop()))),
        aborted.asMono());
  }

  /**
   * An exchange with the event loop of its connection, which it knows only while it owns the
   * connection.
   */
  private record Connected(Connection exchange, EventLoop loop) {

    /**
     * Closes the connection on its event loop, where connections are returned to the pool: one that
     * was returned is not closed.
     */
    void close() {
      loop.execute(exchange::dispose);
    }
  }
}
