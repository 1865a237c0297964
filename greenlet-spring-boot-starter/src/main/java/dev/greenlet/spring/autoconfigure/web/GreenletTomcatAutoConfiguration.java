package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.ServletContainer;
import dev.greenlet.spring.web.lane.LaneGuesses;
import dev.greenlet.spring.web.tomcat.GreenletTomcatCustomizer;
import dev.greenlet.spring.web.tomcat.TomcatContainer;
import org.apache.catalina.startup.Tomcat;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Auto-configuration for Tomcat's connectors, which run requests as greenlets. */
@AutoConfiguration(
    after = GreenletWebAutoConfiguration.class,
    afterName =
        "org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration")
@ConditionalOnClass({Tomcat.class, ConfigurableTomcatWebServerFactory.class})
@ConditionalOnBean({
  GreenletRuntime.class,
  GreenletWebAutoConfiguration.class,
  ConfigurableTomcatWebServerFactory.class
})
public final class GreenletTomcatAutoConfiguration {

  GreenletTomcatAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  GreenletTomcatCustomizer greenletTomcatCustomizer(
      GreenletRuntime runtime, LaneGuesses guesses, ContainerTasks tasks, Environment environment) {
    IneffectiveSettings.log(environment, "tomcat");
    return new GreenletTomcatCustomizer(runtime, guesses, tasks);
  }

  @Bean
  @ConditionalOnMissingBean(ServletContainer.class)
  TomcatContainer greenletTomcatContainer() {
    return new TomcatContainer();
  }
}
