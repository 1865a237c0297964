package dev.greenlet.spring.web.jetty;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.lane.LaneGuesses;
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
  private final ContainerTasks tasks;

  /**
   * Creates a customizer.
   *
   * @param runtime where the requests will live
   * @param guesses on which of its lanes they start
   * @param tasks where they are counted
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
