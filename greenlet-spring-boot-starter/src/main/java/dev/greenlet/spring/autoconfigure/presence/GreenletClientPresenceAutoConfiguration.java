package dev.greenlet.spring.autoconfigure.presence;

import dev.greenlet.spring.autoconfigure.PropertyChecks;
import dev.greenlet.spring.autoconfigure.web.GreenletJettyAutoConfiguration;
import dev.greenlet.spring.autoconfigure.web.GreenletTomcatAutoConfiguration;
import dev.greenlet.spring.web.presence.ClientChannels;
import dev.greenlet.spring.web.presence.ClientGoneFilter;
import dev.greenlet.spring.web.presence.ClientWatch;
import jakarta.servlet.DispatcherType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/** Auto-configuration of what cancels the requests of clients that have gone. */
@AutoConfiguration(
    after = {GreenletTomcatAutoConfiguration.class, GreenletJettyAutoConfiguration.class})
@ConditionalOnBean(ClientChannels.class)
@ConditionalOnBooleanProperty(name = "greenlet.web.cancel-on-disconnect", matchIfMissing = true)
@EnableConfigurationProperties(ClientPresenceProperties.class)
public final class GreenletClientPresenceAutoConfiguration {
  private static final int BEFORE_ADMISSION = Ordered.HIGHEST_PRECEDENCE + 5;

  GreenletClientPresenceAutoConfiguration() {}

  @Bean
  ClientWatch greenletClientWatch(ClientPresenceProperties properties) {
    return new ClientWatch(
        PropertyChecks.positive("greenlet.web.disconnect-check", properties.getDisconnectCheck()));
  }

  @Bean
  FilterRegistrationBean<ClientGoneFilter> greenletClientGoneFilter(
      ClientChannels channels, ClientWatch watch) {
    FilterRegistrationBean<ClientGoneFilter> registration =
        new FilterRegistrationBean<>(new ClientGoneFilter(channels, watch));
    registration.setDispatcherTypes(DispatcherType.REQUEST);
    registration.setOrder(BEFORE_ADMISSION);
    return registration;
  }
}
