package dev.greenlet.sample.suppliers;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the suppliers.
 *
 * @param port the port on the loopback interface; 0 for any free port
 * @param delays the delay of the responses of each supplier; one supplier for each delay
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
