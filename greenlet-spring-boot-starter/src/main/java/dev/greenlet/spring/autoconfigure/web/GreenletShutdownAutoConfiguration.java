package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import dev.greenlet.spring.autoconfigure.GreenletProperties;
import dev.greenlet.spring.autoconfigure.PropertyChecks;
import dev.greenlet.spring.shutdown.QueueDrain;
import dev.greenlet.spring.shutdown.RequestDrain;
import dev.greenlet.spring.shutdown.RequestKill;
import dev.greenlet.spring.shutdown.RuntimeStop;
import dev.greenlet.spring.shutdown.StopBudget;
import dev.greenlet.spring.web.ContainerTasks;
import java.time.Duration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Auto-configuration for the orderly stop. */
@AutoConfiguration(after = {GreenletAutoConfiguration.class, GreenletWebAutoConfiguration.class})
@ConditionalOnBean({GreenletRuntime.class, GreenletAutoConfiguration.class})
public final class GreenletShutdownAutoConfiguration {

  GreenletShutdownAutoConfiguration() {}

  @Bean
  StopBudget greenletStopBudget(GreenletProperties properties, Environment environment) {
    Duration grace =
        PropertyChecks.notNegative("greenlet.shutdown.grace", properties.shutdown().grace());
    Duration drain = properties.shutdown().drain();
    if (drain != null) {
      PropertyChecks.notNegative("greenlet.shutdown.drain", drain);
      return StopBudget.of(drain, grace, System::nanoTime);
    }
    if (environment.getProperty("server.shutdown", "graceful").equalsIgnoreCase("immediate")) {
      return StopBudget.of(Duration.ZERO, grace, System::nanoTime);
    }
    String timeout = environment.getProperty("spring.lifecycle.timeout-per-shutdown-phase", "30s");
    return StopBudget.within(DurationStyle.detectAndParse(timeout), grace, System::nanoTime);
  }

  @Bean
  RuntimeStop greenletRuntimeStop(GreenletRuntime runtime, StopBudget budget) {
    return new RuntimeStop(runtime, budget);
  }

  /** The steps for the requests of a container. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBean(ContainerTasks.class)
  static class Requests {

    @Bean
    RequestKill greenletRequestKill(
        GreenletRuntime runtime,
        ContainerTasks tasks,
        StopBudget budget,
        ApplicationContext context) {
      return new RequestKill(runtime, tasks, budget, () -> stopContainer(context));
    }

    private static void stopContainer(ApplicationContext context) {
      if (context instanceof WebServerApplicationContext web) {
        WebServer server = web.getWebServer();
        if (server != null) {
          server.stop();
        }
      }
    }

    @Bean
    QueueDrain greenletQueueDrain(ContainerTasks tasks, StopBudget budget, RequestKill kill) {
      return new QueueDrain(tasks, budget, kill);
    }

    @Bean
    RequestDrain greenletRequestDrain(ContainerTasks tasks, StopBudget budget, RequestKill kill) {
      return new RequestDrain(tasks, budget, kill);
    }
  }
}
