package dev.greenlet.spring.web.tomcat;

import dev.greenlet.GreenletRuntime;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
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

  /**
   * Creates a customizer.
   *
   * @param runtime where the requests will live
   */
  public GreenletTomcatCustomizer(GreenletRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public void customize(ConfigurableTomcatWebServerFactory factory) {
    factory.addProtocolHandlerCustomizers(
        handler -> handler.setExecutor(new TomcatRequestExecutor(runtime)));
  }

  @Override
  public int getOrder() {
    return AFTER_VIRTUAL_THREADS;
  }
}
