package dev.greenlet.spring.autoconfigure.context;

import dev.greenlet.SpawnContext;
import dev.greenlet.spring.context.MicrometerSpawnContext;
import dev.greenlet.spring.reactor.ReactorSpawnContext;
import io.micrometer.context.ContextSnapshotFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/**
 * Auto-configuration that carries thread locals over to spawned greenlets and awaited publishers.
 */
@AutoConfiguration(beforeName = "dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration")
@ConditionalOnClass(ContextSnapshotFactory.class)
@ConditionalOnBooleanProperty(name = "greenlet.enabled", matchIfMissing = true)
public final class GreenletContextAutoConfiguration {

  GreenletContextAutoConfiguration() {}

  private static MicrometerSpawnContext of(ObjectProvider<ContextSnapshotFactory> snapshots) {
    return new MicrometerSpawnContext(
        snapshots.getIfAvailable(() -> ContextSnapshotFactory.builder().build()));
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(Mono.class)
  static class WithReactor {
    @Bean
    @ConditionalOnMissingBean(SpawnContext.class)
    ReactorSpawnContext reactorSpawnContext(ObjectProvider<ContextSnapshotFactory> snapshots) {
      return new ReactorSpawnContext(of(snapshots));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingClass("reactor.core.publisher.Mono")
  static class WithoutReactor {
    @Bean
    @ConditionalOnMissingBean(SpawnContext.class)
    MicrometerSpawnContext micrometerSpawnContext(
        ObjectProvider<ContextSnapshotFactory> snapshots) {
      return of(snapshots);
    }
  }
}
