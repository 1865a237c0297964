package dev.greenlet.sample.quotes;

import dev.greenlet.sample.suppliers.Supplier;
import java.util.Objects;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/** Asks suppliers over HTTP, and blocks until they answer. Thread-safe. */
@Component
class SupplierClient {
  private final RestClient http;

  SupplierClient(RestClient.Builder builder) {
    http = builder.build();
  }

  /**
   * Asks for a quote.
   *
   * @throws org.springframework.web.client.RestClientException if there is no answer, or a bad one
   */
  Quote ask(Supplier supplier, long flight) {
    Quote quote =
        http.get()
            .uri(supplier.address() + "?flight={flight}", flight)
            .retrieve()
            .body(Quote.class);
    return Objects.requireNonNull(quote, () -> supplier.name() + " answered without a quote");
  }
}
