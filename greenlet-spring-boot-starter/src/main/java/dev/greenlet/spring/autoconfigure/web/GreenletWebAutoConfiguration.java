package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import dev.greenlet.spring.autoconfigure.PropertyChecks;
import dev.greenlet.spring.web.BodyFilter;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.DisconnectDetection;
import dev.greenlet.spring.web.RequestFilter;
import dev.greenlet.spring.web.ServletContainer;
import dev.greenlet.spring.web.async.AsyncRequestsConfigurer;
import dev.greenlet.spring.web.coroutine.HubHandlerAdapter;
import dev.greenlet.spring.web.coroutine.SuspendingHandlers;
import dev.greenlet.spring.web.lane.LaneGuesses;
import dev.greenlet.spring.web.route.HandlerRoutes;
import dev.greenlet.spring.web.route.KeyBodyAdvice;
import dev.greenlet.spring.web.route.RejectedRequestsAdvice;
import dev.greenlet.spring.web.route.RouteCheck;
import dev.greenlet.spring.web.route.RouteRules;
import dev.greenlet.spring.web.route.RouteTable;
import dev.greenlet.spring.web.route.RoutingInterceptor;
import dev.greenlet.spring.web.turn.KeyedMutex;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.function.ToDoubleFunction;
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
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.MappedInterceptor;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Auto-configuration for requests that run as greenlets, independent of the servlet container:
 * where they start, where their handlers run, and the turns of exclusive ones.
 */
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
  LaneGuesses greenletLaneGuesses(GreenletRuntime runtime) {
    return LaneGuesses.of(runtime, true);
  }

  @Bean
  @ConditionalOnMissingBean
  ContainerTasks greenletContainerTasks() {
    return new ContainerTasks();
  }

  @Bean
  AsyncRequestsConfigurer greenletAsyncRequestsConfigurer(GreenletRuntime runtime) {
    return new AsyncRequestsConfigurer(runtime);
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
    registration.setEnabled(!runtime.engine().everyWaitSwitches());
    registration.setDispatcherTypes(
        DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    return registration;
  }

  /** The lanes of handlers, and the turns of exclusive requests. */
  @Configuration(proxyBeanMethods = false)
  static class RoutingConfiguration {
    @Bean
    static RouteTable greenletRoutes(
        ObjectProvider<GreenletWebProperties> properties,
        ObjectProvider<RequestMappingHandlerAdapter> adapters,
        Environment environment) {
      return new RouteTable(
          () -> rulesOf(properties.getObject()),
          environment::resolveRequiredPlaceholders,
          handler ->
              adapters.stream().allMatch(HubHandlerAdapter.class::isInstance)
                  && SuspendingHandlers.returnsOneValue(handler));
    }

    private static RouteRules rulesOf(GreenletWebProperties properties) {
      return new RouteRules(
          properties.scope() == GreenletWebProperties.Scope.ALL, properties.hubNames());
    }

    @Bean
    HandlerRoutes greenletHandlerRoutes(
        RouteTable routes,
        ObjectProvider<RequestMappingHandlerAdapter> adapters,
        ConfigurableApplicationContext context) {
      return new HandlerRoutes(
          routes, () -> adapters.orderedStream().findFirst().orElseThrow(), context);
    }

    @Bean
    KeyedMutex greenletTurns(GreenletWebProperties properties) {
      return new KeyedMutex(
          PropertyChecks.notNegative(
              "greenlet.web.exclusive.max-waiting", properties.exclusive().maxWaiting()));
    }

    @Bean
    MappedInterceptor greenletRoutingInterceptor(
        HandlerRoutes handlers, GreenletRuntime runtime, KeyedMutex turns) {
      return new MappedInterceptor(null, new RoutingInterceptor(handlers, runtime, turns));
    }

    @Bean
    KeyBodyAdvice greenletKeyBodyAdvice(HandlerRoutes handlers) {
      return new KeyBodyAdvice(handlers);
    }

    @Bean
    RouteCheck greenletRouteCheck(
        HandlerRoutes handlers,
        ObjectProvider<RequestMappingInfoHandlerMapping> mappings,
        ObjectProvider<RequestMappingHandlerAdapter> adapters) {
      return new RouteCheck(handlers, mappings::stream, adapters::stream);
    }

    @Bean
    RejectedRequestsAdvice greenletRejectedRequests() {
      return new RejectedRequestsAdvice();
    }
  }

  /** The meter of right and wrong guesses of lanes. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterBinder.class)
  static class MetricsConfiguration {
    @Bean
    MeterBinder greenletLaneGuessMeters(LaneGuesses guesses) {
      return registry -> {
        counter(guesses, "hit", LaneGuesses::hits).register(registry);
        counter(guesses, "miss", LaneGuesses::misses).register(registry);
      };
    }

    private static FunctionCounter.Builder<LaneGuesses> counter(
        LaneGuesses guesses, String result, ToDoubleFunction<LaneGuesses> count) {
      return FunctionCounter.builder("greenlet.web.lane.guess", guesses, count)
          .tag("result", result)
          .description("Requests that started on the lane of their handler, or had to hop there");
    }
  }
}
