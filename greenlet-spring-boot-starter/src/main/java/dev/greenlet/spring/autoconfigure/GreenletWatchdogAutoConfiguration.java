package dev.greenlet.spring.autoconfigure;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.watchdog.EventPublisher;
import dev.greenlet.watchdog.HubWatchdog;
import dev.greenlet.watchdog.WatchdogOptions;
import java.time.Duration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for the {@link HubWatchdog}. */
@AutoConfiguration(after = GreenletAutoConfiguration.class)
@ConditionalOnBean(GreenletRuntime.class)
@ConditionalOnBooleanProperty(name = "greenlet.watchdog.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GreenletProperties.class)
public final class GreenletWatchdogAutoConfiguration {

  GreenletWatchdogAutoConfiguration() {}

  @Bean(initMethod = "start", destroyMethod = "close")
  @ConditionalOnMissingBean
  HubWatchdog greenletWatchdog(
      GreenletRuntime runtime, GreenletProperties properties, ApplicationEventPublisher events) {
    Duration threshold =
        PropertyChecks.positive("greenlet.watchdog.threshold", properties.watchdog().threshold());
    HubWatchdog watchdog =
        new HubWatchdog(runtime, WatchdogOptions.defaults().withThreshold(threshold));
    watchdog.addListener(new EventPublisher(events));
    return watchdog;
  }
}
