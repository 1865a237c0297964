package dev.greenlet.spring.http;

import dev.greenlet.Cancellation;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;

/**
 * The abort of the exchange that the current thread executes. Each client registers the action that
 * aborts the exchange of a greenlet that is killed or whose deadline expires: in a hook of the
 * client, on the thread that executes the exchange and before it waits. The JDK's clients have no
 * hook, see {@link AbortStrategy}.
 */
final class CurrentAbort {
  private static final ThreadLocal<@Nullable ExchangeAbort> RUNNING = new ThreadLocal<>();

  private CurrentAbort() {}

  /**
   * The scope of an exchange that the calling thread executes; {@code close} restores the outer
   * one.
   */
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

  /** Begins an exchange on the calling thread, whose client may register an action from now on. */
  static Running begin(ExchangeAbort abort) {
    ExchangeAbort outer = RUNNING.get();
    RUNNING.set(abort);
    return new Running(outer);
  }

  /**
   * Registers the action that aborts the exchange of the calling thread, if there is one; only the
   * first one counts.
   */
  static void register(Cancellation action) {
    if (RUNNING.get() instanceof ClientAbort abort) {
      abort.register(action);
    }
  }

  /** Adds the abort hook to a builder of Boot whose client has one. */
  static ClientHttpRequestFactoryBuilder<?> addTo(ClientHttpRequestFactoryBuilder<?> builder) {
    return switch (builder) {
      case HttpComponentsClientHttpRequestFactoryBuilder apache -> ApacheAbortHook.addTo(apache);
      case JettyClientHttpRequestFactoryBuilder jetty -> JettyAbortHook.addTo(jetty);
      case ReactorClientHttpRequestFactoryBuilder netty -> ReactorNettyAbortHook.addTo(netty);
      default -> builder;
    };
  }
}
