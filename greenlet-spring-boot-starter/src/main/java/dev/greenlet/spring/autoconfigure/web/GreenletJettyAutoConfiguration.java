package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.ServletContainer;
import dev.greenlet.spring.web.jetty.GreenletJettyCustomizer;
import dev.greenlet.spring.web.jetty.JettyContainer;
import dev.greenlet.spring.web.lane.LaneGuesses;
import org.eclipse.jetty.server.Server;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Auto-configuration for Jetty's thread pool, which runs requests as greenlets. */
@AutoConfiguration(
    after = GreenletWebAutoConfiguration.class,
    afterName =
        "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration")
@ConditionalOnClass({Server.class, ConfigurableJettyWebServerFactory.class})
@ConditionalOnBean({
  GreenletRuntime.class,
  GreenletWebAutoConfiguration.class,
  ConfigurableJettyWebServerFactory.class
})
public final class GreenletJettyAutoConfiguration {

  GreenletJettyAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  GreenletJettyCustomizer greenletJettyCustomizer(
      GreenletRuntime runtime, LaneGuesses guesses, ContainerTasks tasks, Environment environment) {
    IneffectiveSettings.log(environment, "jetty");
    return new GreenletJettyCustomizer(runtime, guesses, tasks);
  }

  @Bean
  @ConditionalOnMissingBean(ServletContainer.class)
  JettyContainer greenletJettyContainer() {
    return new JettyContainer();
  }
}
