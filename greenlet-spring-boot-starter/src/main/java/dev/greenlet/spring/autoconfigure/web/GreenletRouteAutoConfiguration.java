package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.autoconfigure.web.GreenletRouteProperties.Scope;
import dev.greenlet.spring.web.route.GreenletControllerPostProcessor;
import dev.greenlet.spring.web.route.HandlerLaneInterceptor;
import dev.greenlet.spring.web.route.RefusedRequests;
import dev.greenlet.spring.web.route.RouteCheck;
import dev.greenlet.spring.web.route.RouteRules;
import dev.greenlet.spring.web.route.RouteTable;
import dev.greenlet.spring.web.turn.KeyedTurns;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.handler.MappedInterceptor;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/** Auto-configuration for where requests run, and for the turns of exclusive ones. */
@AutoConfiguration(after = GreenletWebAutoConfiguration.class)
@ConditionalOnBean(GreenletWebAutoConfiguration.class)
public final class GreenletRouteAutoConfiguration {
  GreenletRouteAutoConfiguration() {}

  @Bean
  static RouteTable greenletRoutes(ObjectProvider<GreenletRouteProperties> properties) {
    return new RouteTable(() -> rulesOf(properties.getObject()));
  }

  @Bean
  static GreenletControllerPostProcessor greenletControllerPostProcessor(
      ObjectProvider<RouteTable> routes,
      ObjectProvider<GreenletRuntime> runtime,
      ObjectProvider<KeyedTurns> turns) {
    return new GreenletControllerPostProcessor(
        routes::getObject, runtime::getObject, turns::getObject);
  }

  @Bean
  KeyedTurns greenletTurns(GreenletRouteProperties properties) {
    int maxWaiting = properties.getExclusive().getMaxWaiting();
    if (maxWaiting < 0) {
      throw new InvalidConfigurationPropertyValueException(
          "greenlet.web.exclusive.max-waiting",
          maxWaiting,
          "'greenlet.web.exclusive.max-waiting' must not be negative, was %d. Set it to 0 or more."
              .formatted(maxWaiting));
    }
    return new KeyedTurns(maxWaiting);
  }

  @Bean
  MappedInterceptor greenletHandlerLaneInterceptor(RouteTable routes, GreenletRuntime runtime) {
    return new MappedInterceptor(null, new HandlerLaneInterceptor(routes, runtime));
  }

  @Bean
  RouteCheck greenletRouteCheck(
      RouteTable routes, ObjectProvider<RequestMappingInfoHandlerMapping> mappings) {
    return new RouteCheck(routes, mappings::stream);
  }

  @Bean
  RefusedRequests greenletRefusedRequests() {
    return new RefusedRequests();
  }

  private static RouteRules rulesOf(GreenletRouteProperties properties) {
    return new RouteRules(properties.getScope() == Scope.ALL, properties.getHubNames());
  }
}
