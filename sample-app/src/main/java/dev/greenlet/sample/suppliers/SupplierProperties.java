package dev.greenlet.sample.suppliers;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The suppliers inside the application.
 *
 * @param port where they listen, on the loopback interface; 0 for any free port
 * @param delays how long each of them takes to answer; as many suppliers as delays
 */
@ConfigurationProperties("sample.suppliers")
record SupplierProperties(
    @DefaultValue("0") int port,
    @DefaultValue({"20ms", "40ms", "60ms", "80ms", "3s"}) List<Duration> delays) {

  SupplierProperties {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "'sample.suppliers.port' must be between 0 and 65535, was " + port);
    }
    delays = List.copyOf(delays);
    for (Duration delay : delays) {
      if (delay.isNegative()) {
        throw new IllegalArgumentException(
            "'sample.suppliers.delays' must not be negative, had " + delay);
      }
    }
  }
}
