package dev.greenlet.spring.autoconfigure.context;

import dev.greenlet.SpawnContext;
import dev.greenlet.spring.context.MicrometerSpawnContext;
import io.micrometer.context.ContextSnapshotFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration that carries thread locals over to spawned greenlets. */
@AutoConfiguration(beforeName = "dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration")
@ConditionalOnClass(ContextSnapshotFactory.class)
@ConditionalOnBooleanProperty(name = "greenlet.enabled", matchIfMissing = true)
public final class GreenletContextAutoConfiguration {

  GreenletContextAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(SpawnContext.class)
  MicrometerSpawnContext micrometerSpawnContext(ObjectProvider<ContextSnapshotFactory> snapshots) {
    return new MicrometerSpawnContext(
        snapshots.getIfAvailable(() -> ContextSnapshotFactory.builder().build()));
  }
}
