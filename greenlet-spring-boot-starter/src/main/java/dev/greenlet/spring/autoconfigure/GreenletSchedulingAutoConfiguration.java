package dev.greenlet.spring.autoconfigure;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.task.GreenletTaskScheduler;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.TaskScheduler;

/** Auto-configuration for the scheduler of {@code @Scheduled} methods, which is off by default. */
@AutoConfiguration(
    after = GreenletAutoConfiguration.class,
    before = TaskSchedulingAutoConfiguration.class)
@ConditionalOnBean(GreenletRuntime.class)
@ConditionalOnBooleanProperty("greenlet.scheduling.enabled")
public final class GreenletSchedulingAutoConfiguration {

  GreenletSchedulingAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean({TaskScheduler.class, ScheduledExecutorService.class})
  GreenletTaskScheduler taskScheduler(GreenletRuntime runtime) {
    return new GreenletTaskScheduler(runtime, Clock.systemDefaultZone());
  }
}
