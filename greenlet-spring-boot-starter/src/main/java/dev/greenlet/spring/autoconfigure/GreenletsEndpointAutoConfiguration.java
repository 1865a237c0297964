package dev.greenlet.spring.autoconfigure;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.inspect.Inspector;
import dev.greenlet.spring.actuate.GreenletsEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration for the {@link GreenletsEndpoint}. */
@AutoConfiguration(after = GreenletAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(GreenletsEndpoint.class)
@ConditionalOnBean(Inspector.class)
public final class GreenletsEndpointAutoConfiguration {

  GreenletsEndpointAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  GreenletsEndpoint greenletsEndpoint(Inspector inspector, GreenletRuntime runtime) {
    return new GreenletsEndpoint(inspector, runtime);
  }
}
