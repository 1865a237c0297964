package dev.greenlet.spring.autoconfigure.http;

import dev.greenlet.spring.http.SwitchingHttpClientPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ClientHttpRequestFactory;

/** Auto-configuration that makes the requests of Boot's imperative HTTP clients switch points. */
@AutoConfiguration
@ConditionalOnClass({ClientHttpRequestFactory.class, ClientHttpRequestFactoryBuilder.class})
@ConditionalOnBooleanProperty(
    name = {"greenlet.enabled", "greenlet.http.enabled"},
    matchIfMissing = true)
public final class GreenletHttpAutoConfiguration {

  GreenletHttpAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  static SwitchingHttpClientPostProcessor switchingHttpClientPostProcessor() {
    return new SwitchingHttpClientPostProcessor();
  }
}
