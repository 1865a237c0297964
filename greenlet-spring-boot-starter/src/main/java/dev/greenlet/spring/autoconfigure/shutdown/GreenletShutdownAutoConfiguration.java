package dev.greenlet.spring.autoconfigure.shutdown;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import dev.greenlet.spring.autoconfigure.GreenletProperties;
import dev.greenlet.spring.autoconfigure.PropertyChecks;
import dev.greenlet.spring.autoconfigure.web.GreenletWebAutoConfiguration;
import dev.greenlet.spring.shutdown.QueueDrain;
import dev.greenlet.spring.shutdown.RequestDrain;
import dev.greenlet.spring.shutdown.RuntimeStop;
import dev.greenlet.spring.web.ContainerTasks;
import java.time.Duration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Auto-configuration of the orderly stop. */
@AutoConfiguration(after = {GreenletAutoConfiguration.class, GreenletWebAutoConfiguration.class})
@ConditionalOnBean({GreenletRuntime.class, GreenletProperties.class})
public final class GreenletShutdownAutoConfiguration {

  GreenletShutdownAutoConfiguration() {}

  @Bean
  RuntimeStop greenletRuntimeStop(GreenletRuntime runtime, GreenletProperties properties) {
    return new RuntimeStop(runtime, properties.getShutdown().getGrace());
  }

  /** What there is to drain where a container brings requests. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBean(ContainerTasks.class)
  static class Requests {

    @Bean
    QueueDrain greenletQueueDrain(
        ContainerTasks tasks, GreenletProperties properties, Environment environment) {
      return new QueueDrain(tasks, drainOf(properties, environment));
    }

    @Bean
    RequestDrain greenletRequestDrain(
        GreenletRuntime runtime,
        ContainerTasks tasks,
        GreenletProperties properties,
        Environment environment) {
      return new RequestDrain(
          runtime, tasks, drainOf(properties, environment), properties.getShutdown().getGrace());
    }

    private static Duration drainOf(GreenletProperties properties, Environment environment) {
      Duration drain = properties.getShutdown().getDrain();
      if (drain != null) {
        return PropertyChecks.notNegative("greenlet.shutdown.drain", drain);
      }
      return environment.getProperty("server.shutdown", "graceful").equalsIgnoreCase("immediate")
          ? Duration.ZERO
          : DurationStyle.detectAndParse(
              environment.getProperty("spring.lifecycle.timeout-per-shutdown-phase", "30s"));
    }
  }
}
