package dev.greenlet.spring.autoconfigure;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Auto-configuration for the report on properties that have no effect. It has no condition, because
 * a switch whose value is neither true nor false would disable it, too.
 */
@AutoConfiguration
public final class GreenletPropertyReportAutoConfiguration {

  GreenletPropertyReportAutoConfiguration() {}

  @Bean
  PropertyReport greenletPropertyReport(
      ConfigurableEnvironment environment, ConfigurableListableBeanFactory beans) {
    return new PropertyReport(new SetProperties(environment), beans);
  }
}
