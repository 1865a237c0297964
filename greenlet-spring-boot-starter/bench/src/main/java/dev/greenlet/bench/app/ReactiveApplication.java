package dev.greenlet.bench.app;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.resources.ConnectionProvider;

/** WebFlux on Reactor Netty, R2DBC with its pool, WebClient: each as Boot configures it. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(
    exclude = {DataSourceAutoConfiguration.class, TomcatReactiveWebServerAutoConfiguration.class})
class ReactiveApplication {
  private static final int CONNECTIONS = 2000;

  /** Lets WebClient open as many connections as requests wait; by default it stops at 500. */
  @Bean
  ReactorResourceFactory reactorResources() {
    ReactorResourceFactory resources = new ReactorResourceFactory();
    resources.setUseGlobalResources(false);
    resources.setConnectionProviderSupplier(() -> ConnectionProvider.create("bench", CONNECTIONS));
    return resources;
  }
}
