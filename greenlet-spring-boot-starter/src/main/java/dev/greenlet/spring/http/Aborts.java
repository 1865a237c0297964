package dev.greenlet.spring.http;

import dev.greenlet.Cancellation;
import dev.greenlet.SwitchPoint;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ReactorClientHttpRequestFactoryBuilder;

/**
 * How clients abort the exchanges of those who are killed or whose deadline is over. Each client
 * tells at its own hook, in the thread that executes the exchange and before it waits. Only the
 * wait for the answer's head is cut short: a body that breaks off may pass for a whole one. The
 * JDK's clients have no hook, see {@link AbortMeans}.
 */
final class Aborts {
  private static final ThreadLocal<@Nullable Running> RUNNING = new ThreadLocal<>();

  private Aborts() {}

  /** An exchange that the calling thread executes. */
  static final class Running implements AutoCloseable {
    private final SwitchPoint wait;
    private boolean told;

    private Running(SwitchPoint wait) {
      this.wait = wait;
    }

    @Override
    public void close() {
      RUNNING.remove();
    }
  }

  /** Lets a client tell, in the calling thread, how what it executes is aborted. */
  static Running begin(SwitchPoint wait) {
    Running running = new Running(wait);
    RUNNING.set(running);
    return running;
  }

  /** Tells how the exchange of the calling thread is aborted, if there is one; the first counts. */
  static void by(Cancellation action) {
    Running running = RUNNING.get();
    if (running != null && !running.told) {
      running.told = true;
      running.wait.onCancel(action);
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
