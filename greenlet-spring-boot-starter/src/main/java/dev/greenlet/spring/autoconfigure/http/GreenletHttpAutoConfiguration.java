package dev.greenlet.spring.autoconfigure.http;

import dev.greenlet.spring.http.ApacheHubSockets;
import dev.greenlet.spring.http.ClientSockets;
import dev.greenlet.spring.http.HubConnectionsCustomizer;
import dev.greenlet.spring.http.SwitchingHttpClientPostProcessor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Auto-configuration that makes the requests of Boot's imperative HTTP clients switch points, and
 * lets Apache HttpClient use hub sockets if that is enabled.
 */
@AutoConfiguration
@ConditionalOnClass({ClientHttpRequestFactory.class, ClientHttpRequestFactoryBuilder.class})
@ConditionalOnBooleanProperty(
    name = {"greenlet.enabled", "greenlet.http.enabled"},
    matchIfMissing = true)
public final class GreenletHttpAutoConfiguration {

  private static final String SOCKETS = "greenlet.http.sockets";
  private static final Log logger = LogFactory.getLog(GreenletHttpAutoConfiguration.class);

  GreenletHttpAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  static SwitchingHttpClientPostProcessor switchingHttpClientPostProcessor(
      ObjectProvider<ClientSockets> sockets) {
    return new SwitchingHttpClientPostProcessor(
        () -> sockets.getIfAvailable(() -> ClientSockets.DEFAULT));
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBooleanProperty(SOCKETS)
  @ConditionalOnClass(HttpClientBuilder.class)
  static class WithApache {

    @Bean
    @ConditionalOnMissingBean(ClientSockets.class)
    ApacheHubSockets apacheHubSockets(ObjectProvider<HubConnectionsCustomizer> customizers) {
      return new ApacheHubSockets(() -> customizers.orderedStream().toList());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBooleanProperty(SOCKETS)
  @ConditionalOnMissingClass("org.apache.hc.client5.http.impl.classic.HttpClientBuilder")
  static class WithoutApache {

    @Bean
    SmartInitializingSingleton hubSocketsWithoutApacheWarning() {
      return () ->
          logger.warn(
              "'%s' has no effect: only Apache HttpClient can use hub sockets, add %s"
                  .formatted(SOCKETS, "org.apache.httpcomponents.client5:httpclient5"));
    }
  }
}
