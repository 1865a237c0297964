package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.spring.autoconfigure.PropertyChecks;
import dev.greenlet.spring.web.ServletContainer;
import dev.greenlet.spring.web.disconnect.DisconnectDetector;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the detection of clients that disconnect, which cancels their requests.
 */
@AutoConfiguration(
    after = {GreenletTomcatAutoConfiguration.class, GreenletJettyAutoConfiguration.class})
@ConditionalOnBean(ServletContainer.class)
@ConditionalOnBooleanProperty(name = "greenlet.web.cancel-on-disconnect", matchIfMissing = true)
public final class GreenletDisconnectAutoConfiguration {
  GreenletDisconnectAutoConfiguration() {}

  @Bean
  DisconnectDetector greenletDisconnectDetector(GreenletWebProperties properties) {
    return new DisconnectDetector(
        PropertyChecks.positive("greenlet.web.disconnect-check", properties.disconnectCheck()));
  }
}
