package dev.greenlet.sample.quotes;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The quotes.
 *
 * @param deadline how long suppliers are waited for
 */
@ConfigurationProperties("sample.quotes")
record QuoteProperties(@DefaultValue("500ms") Duration deadline) {

  QuoteProperties {
    if (!deadline.isPositive()) {
      throw new IllegalArgumentException(
          "'sample.quotes.deadline' must be positive, was " + deadline);
    }
  }
}
