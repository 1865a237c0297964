package dev.greenlet.spring.http;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;

/** The way in which the exchanges of a client are aborted. */
enum AbortStrategy {
  /** By the client's own method, which an abort hook {@linkplain CurrentAbort registers}. */
  CLIENT {
    @Override
    ExchangeAbort newAbort() {
      return new ClientAbort();
    }
  },

  /**
   * By an interrupt of the waiting thread, on which the JDK's clients abandon the exchange. They
   * have no hook, and the connection that an interrupt closes is that of the exchange.
   */
  INTERRUPT {
    @Override
    ExchangeAbort newAbort() {
      return new InterruptAbort();
    }
  };

  static AbortStrategy of(ClientHttpRequestFactory factory) {
    return switch (factory) {
      case JdkClientHttpRequestFactory _, SimpleClientHttpRequestFactory _ -> INTERRUPT;
      default -> CLIENT;
    };
  }

  /** Creates the abort of the next exchange. */
  abstract ExchangeAbort newAbort();
}
