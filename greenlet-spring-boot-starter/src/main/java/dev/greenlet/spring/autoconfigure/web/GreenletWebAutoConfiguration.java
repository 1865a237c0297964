package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import dev.greenlet.spring.web.BodyFilter;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.DisconnectDetection;
import dev.greenlet.spring.web.RequestFilter;
import dev.greenlet.spring.web.ServletContainer;
import dev.greenlet.spring.web.lane.LaneGuesses;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWarDeployment;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.DispatcherServlet;

/** Auto-configuration for requests that run as greenlets, whichever container serves them. */
@AutoConfiguration(after = GreenletAutoConfiguration.class)
@ConditionalOnClass({Filter.class, DispatcherServlet.class})
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnNotWarDeployment
@ConditionalOnBean(GreenletRuntime.class)
@ConditionalOnBooleanProperty(name = "greenlet.web.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GreenletWebProperties.class)
public final class GreenletWebAutoConfiguration {

  GreenletWebAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  LaneGuesses greenletLaneGuesses(GreenletRuntime runtime, GreenletWebProperties properties) {
    return LaneGuesses.of(runtime, properties.guessLane());
  }

  @Bean
  @ConditionalOnMissingBean
  ContainerTasks greenletContainerTasks() {
    return new ContainerTasks();
  }

  @Bean
  FilterRegistrationBean<RequestFilter> greenletRequestFilter(
      ObjectProvider<ServletContainer> container, ObjectProvider<DisconnectDetection> detection) {
    FilterRegistrationBean<RequestFilter> registration =
        new FilterRegistrationBean<>(
            new RequestFilter(
                container.getIfAvailable(() -> ServletContainer.UNKNOWN),
                detection.getIfAvailable(() -> DisconnectDetection.NONE)));
    registration.setDispatcherTypes(
        DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  @Bean
  FilterRegistrationBean<BodyFilter> greenletBodyFilter(GreenletRuntime runtime) {
    FilterRegistrationBean<BodyFilter> registration =
        new FilterRegistrationBean<>(new BodyFilter());
    registration.setEnabled(!runtime.engine().name().equals("native"));
    registration.setDispatcherTypes(
        DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    return registration;
  }
}
