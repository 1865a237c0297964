package dev.greenlet.spring.web.tomcat;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.lane.LaneGuesses;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Sets an executor of Tomcat's connectors that spawns greenlets. Ordered after Boot's own
 * customizers (0 for properties, 1 for virtual threads); the last customizer to set an executor
 * wins. Called by Boot on the thread of the start.
 */
public final class GreenletTomcatCustomizer
    implements WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory>, Ordered {
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
  public GreenletTomcatCustomizer(
      GreenletRuntime runtime, LaneGuesses guesses, ContainerTasks tasks) {
    this.runtime = runtime;
    this.guesses = guesses;
    this.tasks = tasks;
  }

  @Override
  public void customize(ConfigurableTomcatWebServerFactory factory) {
    factory.addProtocolHandlerCustomizers(
        handler -> handler.setExecutor(new TomcatRequestExecutor(runtime, guesses, tasks)));
    if (factory instanceof TomcatWebServerFactory tomcat
        && tomcat.getProtocol().equals(TomcatWebServerFactory.DEFAULT_PROTOCOL)) {
      tomcat.setProtocol(GreenletNioProtocol.class.getName());
    }
  }

  @Override
  public int getOrder() {
    return AFTER_VIRTUAL_THREADS;
  }
}
