package dev.greenlet.sample.quotes;

import dev.greenlet.sample.suppliers.Supplier;
import java.util.Objects;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/** A blocking HTTP client of the suppliers. Thread-safe. */
@Component
class SupplierClient {
  private final RestClient http;

  SupplierClient(RestClient.Builder builder) {
    http = builder.build();
  }

  /**
   * Requests a quote. A switch point.
   *
   * @throws org.springframework.web.client.RestClientException if there is no response, or an
   *     invalid one
   */
  Quote quote(Supplier supplier, long flight) {
    Quote quote =
        http.get()
            .uri(supplier.address() + "?flight={flight}", flight)
            .retrieve()
            .body(Quote.class);
    return Objects.requireNonNull(quote, () -> supplier.name() + " answered without a quote");
  }
}
