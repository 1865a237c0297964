package dev.greenlet.spring.autoconfigure.http;

import dev.greenlet.spring.http.ExpectedExchangeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** Auto-configuration that shows the exchanges of Boot's {@code WebClient} that greenlets await. */
@AutoConfiguration
@ConditionalOnClass({Mono.class, WebClient.class, WebClientCustomizer.class})
@ConditionalOnBooleanProperty(
    name = {"greenlet.enabled", "greenlet.http.enabled"},
    matchIfMissing = true)
public final class GreenletWebClientAutoConfiguration {

  GreenletWebClientAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  ExpectedExchangeFilter expectedExchangeFilter() {
    return new ExpectedExchangeFilter();
  }

  @Bean
  WebClientCustomizer greenletWebClientCustomizer(ExpectedExchangeFilter filter) {
    return builder -> builder.filter(filter);
  }
}
