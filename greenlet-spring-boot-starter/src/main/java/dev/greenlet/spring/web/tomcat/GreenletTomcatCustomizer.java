package dev.greenlet.spring.web.tomcat;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.lane.LaneGuesses;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/**
 * Gives Tomcat's connectors an executor that spawns greenlets. Comes after Boot's own customizers
 * (0 for properties, 1 for virtual threads), of which the last one to set an executor wins.
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
   * @param runtime where the requests will live
   * @param guesses on which of its lanes they start
   * @param tasks where they are counted
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
