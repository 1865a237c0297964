package dev.greenlet.spring.http;

import dev.greenlet.Cancellation;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;

/**
 * Where clients tell how the exchanges are aborted of those who are killed or whose deadline is
 * over: each at its own hook, in the thread that executes the exchange and before it waits. The
 * JDK's clients have no hook, see {@link AbortStrategy}.
 */
final class CurrentAbort {
  private static final ThreadLocal<@Nullable ExchangeAbort> RUNNING = new ThreadLocal<>();

  private CurrentAbort() {}

  /** An exchange that the calling thread executes. */
  record Running(@Nullable ExchangeAbort outer) implements AutoCloseable {
    @Override
    public void close() {
      if (outer == null) {
        RUNNING.remove();
      } else {
        RUNNING.set(outer);
      }
    }
  }

  /** Lets a client tell, in the calling thread, how what it executes is aborted. */
  static Running begin(ExchangeAbort abort) {
    ExchangeAbort outer = RUNNING.get();
    RUNNING.set(abort);
    return new Running(outer);
  }

  /** Tells how the exchange of the calling thread is aborted, if there is one; the first counts. */
  static void by(Cancellation action) {
    if (RUNNING.get() instanceof ClientAbort abort) {
      abort.tell(action);
    }
  }

  /** Adds the hook to a builder of Boot's whose client has one. */
  static ClientHttpRequestFactoryBuilder<?> addTo(ClientHttpRequestFactoryBuilder<?> builder) {
    return switch (builder) {
      case HttpComponentsClientHttpRequestFactoryBuilder apache -> ApacheAborts.addTo(apache);
      case JettyClientHttpRequestFactoryBuilder jetty -> JettyAborts.addTo(jetty);
      case ReactorClientHttpRequestFactoryBuilder netty -> ReactorNettyAborts.addTo(netty);
      default -> builder;
    };
  }
}
