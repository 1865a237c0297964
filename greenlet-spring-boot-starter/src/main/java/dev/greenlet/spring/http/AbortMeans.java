package dev.greenlet.spring.http;

import dev.greenlet.Cancellation;
import dev.greenlet.SwitchPoint;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;

/** By what means a wait for an HTTP server is cut short. */
enum AbortMeans {
  /** The client's own, told to {@link Aborts} where there is a hook. */
  OWN {
    @Override
    Abort begin(SwitchPoint wait) {
      return () -> {};
    }
  },

  /**
   * An interrupt of the thread that waits, on which the JDK's clients give up the exchange. They
   * have no hook, and the connection that an interrupt closes is that of the exchange.
   */
  INTERRUPT {
    @Override
    Abort begin(SwitchPoint wait) {
      Interrupt interrupt = new Interrupt();
      wait.onCancel(interrupt);
      return interrupt;
    }
  };

  static AbortMeans of(ClientHttpRequestFactory factory) {
    return switch (factory) {
      case JdkClientHttpRequestFactory _, SimpleClientHttpRequestFactory _ -> INTERRUPT;
      default -> OWN;
    };
  }

  /** Lets a wait be cut short. The thread that waits, before it does. */
  abstract Abort begin(SwitchPoint wait);

  /** What may cut a wait short. */
  @FunctionalInterface
  interface Abort extends AutoCloseable {
    /** Leaves no trace of it. The thread that has waited, after its switch point is closed. */
    @Override
    void close();
  }

  private static final class Interrupt implements Abort, Cancellation {
    private final Thread waiting = Thread.currentThread();
    private volatile boolean sent;

    @Override
    public void cancel() {
      sent = true;
      waiting.interrupt();
    }

    @Override
    public void close() {
      if (sent) {
        Thread.interrupted();
      }
    }
  }
}
