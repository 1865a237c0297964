package dev.greenlet.spring.autoconfigure;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletRuntimeBuilder;
import dev.greenlet.SpawnContext;
import dev.greenlet.StuckPolicy;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.engine.EngineReport;
import dev.greenlet.inspect.Inspector;
import java.util.function.IntConsumer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for the {@link GreenletRuntime}. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "greenlet.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GreenletProperties.class)
public final class GreenletAutoConfiguration {
  private static final Log logger = LogFactory.getLog(GreenletAutoConfiguration.class);

  GreenletAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  GreenletRuntime greenletRuntime(
      GreenletProperties properties, ObjectProvider<SpawnContext> spawnContext) {
    GreenletRuntimeBuilder builder =
        GreenletRuntime.builder()
            .engine(engineOf(properties.engine()))
            .closeGrace(
                PropertyChecks.notNegative(
                    "greenlet.shutdown.grace", properties.shutdown().grace()))
            .onStuck(policyOf(properties.stuck()))
            .stuckGrace(PropertyChecks.positive("greenlet.stuck-grace", properties.stuckGrace()))
            .spawnSites(PropertyChecks.notNegative("greenlet.spawn-sites", properties.spawnSites()))
            .hubs(hubs(properties.hubs()));
    apply(
        "greenlet.shared-carriers",
        properties.sharedCarriers(),
        builder::sharedCarriers,
        builder::maxSharedCarriers);
    apply(
        "greenlet.offload.carriers",
        properties.offload().carriers(),
        builder::offloadCarriers,
        builder::maxOffloadCarriers);
    spawnContext.ifAvailable(builder::spawnContext);
    GreenletRuntime runtime = builder.build();
    report(runtime);
    return runtime;
  }

  @Bean
  @ConditionalOnMissingBean
  Inspector greenletInspector(GreenletRuntime runtime) {
    return new Inspector(runtime);
  }

  private static void report(GreenletRuntime runtime) {
    EngineReport engine = runtime.engine();
    String line =
        "Greenlets run on the %s engine with %d hubs: %s"
            .formatted(engine.name(), runtime.hubs().size(), engine.reason());
    if (engine.fallback()) {
      logger.warn(line);
    } else {
      logger.info(line);
    }
  }

  private static void apply(
      String property, GreenletProperties.Carriers carriers, IntConsumer least, IntConsumer most) {
    Integer min = carriers.min();
    if (min != null) {
      least.accept(PropertyChecks.atLeastOne(property + ".min", min));
    }
    Integer max = carriers.max();
    if (max != null) {
      int known = min == null ? 1 : min;
      most.accept(PropertyChecks.atLeast(property + ".min", known, property + ".max", max));
    }
  }

  private static EngineChoice engineOf(GreenletProperties.Engine engine) {
    return switch (engine) {
      case AUTO -> EngineChoice.AUTO;
      case NATIVE -> EngineChoice.NATIVE;
      case PORTABLE -> EngineChoice.PORTABLE;
    };
  }

  private static StuckPolicy policyOf(GreenletProperties.Stuck stuck) {
    return switch (stuck) {
      case LOG -> StuckPolicy.logging();
      case FAIL -> StuckPolicy.failing();
    };
  }

  private static int hubs(@Nullable Integer hubs) {
    return hubs == null
        ? Runtime.getRuntime().availableProcessors()
        : PropertyChecks.atLeastOne("greenlet.hubs", hubs);
  }
}
