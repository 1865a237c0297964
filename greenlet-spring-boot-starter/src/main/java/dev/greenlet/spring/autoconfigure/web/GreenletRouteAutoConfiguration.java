package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.autoconfigure.PropertyChecks;
import dev.greenlet.spring.autoconfigure.web.GreenletWebProperties.Scope;
import dev.greenlet.spring.web.coroutine.HubHandlerAdapter;
import dev.greenlet.spring.web.coroutine.SuspendingHandlers;
import dev.greenlet.spring.web.route.HandlerRoutes;
import dev.greenlet.spring.web.route.KeyBodyAdvice;
import dev.greenlet.spring.web.route.RefusedRequests;
import dev.greenlet.spring.web.route.RouteCheck;
import dev.greenlet.spring.web.route.RouteRules;
import dev.greenlet.spring.web.route.RouteTable;
import dev.greenlet.spring.web.route.RoutingInterceptor;
import dev.greenlet.spring.web.turn.KeyedMutex;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.handler.MappedInterceptor;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/** Auto-configuration for where requests run, and for the turns of exclusive ones. */
@AutoConfiguration(after = GreenletWebAutoConfiguration.class)
@ConditionalOnBean(GreenletWebAutoConfiguration.class)
public final class GreenletRouteAutoConfiguration {
  GreenletRouteAutoConfiguration() {}

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
  RefusedRequests greenletRefusedRequests() {
    return new RefusedRequests();
  }

  private static RouteRules rulesOf(GreenletWebProperties properties) {
    return new RouteRules(properties.scope() == Scope.ALL, properties.hubNames());
  }
}
