package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.spring.placement.Handlers;
import dev.greenlet.spring.placement.PlacementCheck;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/** Auto-configuration for the report on annotations that have no effect where they are placed. */
@AutoConfiguration(after = GreenletWebAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "greenlet.enabled", matchIfMissing = true)
public final class GreenletPlacementAutoConfiguration {
  private static final String WEBFLUX = "org.springframework.web.reactive.DispatcherHandler";

  GreenletPlacementAutoConfiguration() {}

  /** Requests run as greenlets. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBean(GreenletWebAutoConfiguration.class)
  static class WithRequests {
    @Bean
    PlacementCheck greenletPlacementCheck(
        ConfigurableListableBeanFactory beans,
        ObjectProvider<RequestMappingInfoHandlerMapping> mappings) {
      Handlers handlers =
          bean -> handlersOf(Arrays.asList(bean, beans.getSingleton(bean)), mappings.stream());
      return new PlacementCheck(beans, handlers, null);
    }

    /** Spring MVC knows the bean by its name, or by itself if it was registered manually. */
    private static List<Method> handlersOf(
        Collection<?> bean, Stream<RequestMappingInfoHandlerMapping> mappings) {
      return mappings
          .flatMap(mapping -> mapping.getHandlerMethods().values().stream())
          .filter(handler -> bean.contains(handler.getBean()))
          .map(HandlerMethod::getMethod)
          .toList();
    }
  }

  /** Requests do not run as greenlets. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(GreenletWebAutoConfiguration.class)
  static class WithoutRequests {
    @Bean
    PlacementCheck greenletPlacementCheck(
        ConfigurableListableBeanFactory beans, Environment environment) {
      return new PlacementCheck(beans, _ -> List.of(), reason(beans, environment));
    }

    private static String reason(ConfigurableListableBeanFactory beans, Environment environment) {
      if (!environment.getProperty("greenlet.web.enabled", "true").equalsIgnoreCase("true")) {
        return "'greenlet.web.enabled' is false";
      }
      @Nullable ClassLoader classes = beans.getBeanClassLoader();
      return ClassUtils.isPresent(WEBFLUX, classes)
              && beans.getBeanNamesForType(ClassUtils.resolveClassName(WEBFLUX, classes)).length > 0
          ? "WebFlux runs handlers on event loops of its own. Use Spring MVC on Tomcat or Jetty"
          : "the application has no embedded servlet container";
    }
  }
}
