package dev.greenlet.spring.http;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;

/** By what means the exchanges of a client are aborted. */
enum AbortStrategy {
  /** The client's own, told to {@link CurrentAbort} where there is a hook. */
  OWN {
    @Override
    ExchangeAbort ofExchange() {
      return new ClientAbort();
    }
  },

  /**
   * An interrupt of the thread that waits, on which the JDK's clients give up the exchange. They
   * have no hook, and the connection that an interrupt closes is that of the exchange.
   */
  INTERRUPT {
    @Override
    ExchangeAbort ofExchange() {
      return new InterruptAbort();
    }
  };

  static AbortStrategy of(ClientHttpRequestFactory factory) {
    return switch (factory) {
      case JdkClientHttpRequestFactory _, SimpleClientHttpRequestFactory _ -> INTERRUPT;
      default -> OWN;
    };
  }

  /** What aborts the next exchange. */
  abstract ExchangeAbort ofExchange();
}
