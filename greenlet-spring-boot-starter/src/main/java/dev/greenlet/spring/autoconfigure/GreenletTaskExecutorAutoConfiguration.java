package dev.greenlet.spring.autoconfigure;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.task.GreenletTaskExecutor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the executor {@code greenletTaskExecutor}. It is injected by name only,
 * and does not replace any executor of the application.
 */
@AutoConfiguration(after = {GreenletAutoConfiguration.class, TaskExecutionAutoConfiguration.class})
@ConditionalOnBean(GreenletRuntime.class)
public final class GreenletTaskExecutorAutoConfiguration {

  GreenletTaskExecutorAutoConfiguration() {}

  @Bean(defaultCandidate = false)
  @ConditionalOnMissingBean(name = "greenletTaskExecutor")
  GreenletTaskExecutor greenletTaskExecutor(GreenletRuntime runtime) {
    return new GreenletTaskExecutor(runtime);
  }
}
