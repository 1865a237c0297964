package dev.greenlet.sample.quotes;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of quotes.
 *
 * @param deadline how long a request waits for suppliers
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
