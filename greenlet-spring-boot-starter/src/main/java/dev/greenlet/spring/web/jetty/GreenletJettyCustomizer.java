package dev.greenlet.spring.web.jetty;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.lane.LaneGuesses;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Sets a thread pool of Jetty that spawns greenlets for tasks that may block. Acceptors and
 * selectors keep platform threads. Ordered after Boot's own customizers (0 for properties, 1 for
 * virtual threads); the last customizer to set a pool wins. Called by Boot on the thread of the
 * start.
 */
public final class GreenletJettyCustomizer
    implements WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory>, Ordered {
  private static final int AFTER_VIRTUAL_THREADS = 2;

  private final GreenletRuntime runtime;
  private final LaneGuesses guesses;
  private final ContainerTasks tasks;

  /**
   * Creates a customizer.
   *
   * @param runtime the runtime of the greenlets
   * @param guesses the lanes on which they start
   * @param tasks counts the tasks
   */
  public GreenletJettyCustomizer(
      GreenletRuntime runtime, LaneGuesses guesses, ContainerTasks tasks) {
    this.runtime = runtime;
    this.guesses = guesses;
    this.tasks = tasks;
  }

  @Override
  public void customize(ConfigurableJettyWebServerFactory factory) {
    factory.setThreadPool(
        new GreenletThreadPool(new JettyRequestExecutor(runtime, guesses, tasks)));
  }

  @Override
  public int getOrder() {
    return AFTER_VIRTUAL_THREADS;
  }
}
