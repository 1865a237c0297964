package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.async.AsyncRequestsConfigurer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for asynchronous requests. */
@AutoConfiguration(after = GreenletWebAutoConfiguration.class)
@ConditionalOnBean(GreenletWebAutoConfiguration.class)
public final class GreenletAsyncRequestsAutoConfiguration {

  GreenletAsyncRequestsAutoConfiguration() {}

  @Bean
  AsyncRequestsConfigurer greenletAsyncRequestsConfigurer(GreenletRuntime runtime) {
    return new AsyncRequestsConfigurer(runtime);
  }
}
