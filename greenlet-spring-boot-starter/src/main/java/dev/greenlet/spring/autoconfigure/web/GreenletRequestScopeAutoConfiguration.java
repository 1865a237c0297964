package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.autoconfigure.PropertyChecks;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.scope.AsyncRequestTasks;
import dev.greenlet.spring.web.scope.RequestScopeFilter;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/** Auto-configuration for the scope of each request: its timeout, kill and children. */
@AutoConfiguration(after = GreenletWebAutoConfiguration.class)
@ConditionalOnBean(GreenletWebAutoConfiguration.class)
public final class GreenletRequestScopeAutoConfiguration {
  private static final int AFTER_ADMISSION = Ordered.HIGHEST_PRECEDENCE + 20;

  GreenletRequestScopeAutoConfiguration() {}

  @Bean
  FilterRegistrationBean<RequestScopeFilter> greenletRequestScopeFilter(
      GreenletWebProperties properties, GreenletRuntime runtime, ContainerTasks tasks) {
    @Nullable Duration timeout = properties.timeout();
    if (timeout != null) {
      PropertyChecks.positive("greenlet.web.timeout", timeout);
    }
    @Nullable Duration interruptAfter = properties.interruptAfter();
    if (interruptAfter != null) {
      PropertyChecks.positive("greenlet.web.interrupt-after", interruptAfter);
    }
    FilterRegistrationBean<RequestScopeFilter> registration =
        new FilterRegistrationBean<>(
            new RequestScopeFilter(
                timeout,
                properties.children(),
                interruptAfter,
                new AsyncRequestTasks(runtime, tasks, properties.children())));
    registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
    registration.setOrder(AFTER_ADMISSION);
    return registration;
  }
}
