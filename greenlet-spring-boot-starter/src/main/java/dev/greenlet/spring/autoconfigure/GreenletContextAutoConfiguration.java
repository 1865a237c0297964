package dev.greenlet.spring.autoconfigure;

import dev.greenlet.SpawnContext;
import dev.greenlet.spring.context.LocaleAccessor;
import dev.greenlet.spring.context.MicrometerSpawnContext;
import dev.greenlet.spring.reactor.ReactorSpawnContext;
import dev.greenlet.spring.web.context.RequestAttributesAccessor;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.request.RequestContextHolder;
import reactor.core.publisher.Mono;

/**
 * Auto-configuration that propagates thread locals to spawned greenlets and awaited publishers. The
 * security context and the current observation have accessors of their libraries in Micrometer's
 * registry. The accessors here are for thread locals that have none there; accessors that are beans
 * of the application are used too.
 */
@AutoConfiguration(before = GreenletAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "greenlet.enabled", matchIfMissing = true)
public final class GreenletContextAutoConfiguration {

  GreenletContextAutoConfiguration() {}

  @Bean
  LocaleAccessor greenletLocaleAccessor() {
    return new LocaleAccessor();
  }

  private static MicrometerSpawnContext of(
      ObjectProvider<ContextSnapshotFactory> snapshots,
      ObjectProvider<ThreadLocalAccessor<?>> accessors) {
    ContextSnapshotFactory own = snapshots.getIfAvailable();
    return own == null
        ? MicrometerSpawnContext.ofRegistryAnd(accessors.orderedStream().toList())
        : MicrometerSpawnContext.of(own);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MDC.class)
  static class WithSlf4j {
    @Bean
    Slf4jThreadLocalAccessor greenletMdcAccessor() {
      return new Slf4jThreadLocalAccessor();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({HttpServletRequest.class, RequestContextHolder.class})
  static class WithServlets {
    @Bean
    RequestAttributesAccessor greenletRequestAttributesAccessor() {
      return new RequestAttributesAccessor();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(Mono.class)
  static class WithReactor {
    @Bean
    @ConditionalOnMissingBean(SpawnContext.class)
    ReactorSpawnContext reactorSpawnContext(
        ObjectProvider<ContextSnapshotFactory> snapshots,
        ObjectProvider<ThreadLocalAccessor<?>> accessors) {
      return new ReactorSpawnContext(of(snapshots, accessors));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingClass("reactor.core.publisher.Mono")
  static class WithoutReactor {
    @Bean
    @ConditionalOnMissingBean(SpawnContext.class)
    MicrometerSpawnContext micrometerSpawnContext(
        ObjectProvider<ContextSnapshotFactory> snapshots,
        ObjectProvider<ThreadLocalAccessor<?>> accessors) {
      return of(snapshots, accessors);
    }
  }
}
