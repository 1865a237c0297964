package dev.greenlet.spring.web.jetty;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.lane.LaneGuesses;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Gives Jetty a thread pool that spawns greenlets for whatever may block. Acceptors and selectors
 * keep platform threads. Comes after Boot's own customizers (0 for properties, 1 for virtual
 * threads), of which the last one to set a pool wins.
 */
public final class GreenletJettyCustomizer
    implements WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory>, Ordered {
  private static final int AFTER_VIRTUAL_THREADS = 2;

  private final GreenletRuntime runtime;
  private final LaneGuesses guesses;

  /**
   * Creates a customizer.
   *
   * @param runtime where the requests will live
   * @param guesses on which of its lanes they start
   */
  public GreenletJettyCustomizer(GreenletRuntime runtime, LaneGuesses guesses) {
    this.runtime = runtime;
    this.guesses = guesses;
  }

  @Override
  public void customize(ConfigurableJettyWebServerFactory factory) {
    QueuedThreadPool pool = new QueuedThreadPool();
    pool.setName("jetty");
    pool.setVirtualThreadsExecutor(new JettyRequestExecutor(runtime, guesses));
    // with threads in reserve, a selector's thread would run a request itself and let one of them
    // select
    pool.setReservedThreads(0);
    factory.setThreadPool(pool);
  }

  @Override
  public int getOrder() {
    return AFTER_VIRTUAL_THREADS;
  }
}
