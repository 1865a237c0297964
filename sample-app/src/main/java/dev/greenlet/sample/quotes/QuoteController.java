package dev.greenlet.sample.quotes;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.sample.flights.Flights;
import dev.greenlet.sample.suppliers.Supplier;
import dev.greenlet.sample.suppliers.SupplierServer;
import dev.greenlet.spring.Greenlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Requests a quote from all suppliers at once, each in a child greenlet, and responds with the
 * quotes that arrive within the deadline. The children run on the hub of the request, each until it
 * waits for its supplier: plain blocking calls that overlap.
 */
@Greenlet
@RestController
class QuoteController {
  private static final Logger log = LoggerFactory.getLogger(QuoteController.class);

  private final Flights flights;
  private final List<Supplier> suppliers;
  private final SupplierClient client;
  private final Duration deadline;

  QuoteController(
      Flights flights, SupplierServer server, SupplierClient client, QuoteProperties properties) {
    this.flights = flights;
    this.suppliers = server.suppliers();
    this.client = client;
    this.deadline = properties.deadline();
  }

  @GetMapping("/flights/{id}/quotes")
  Quotes quotes(@PathVariable long id) throws InterruptedException {
    flights.require(id);
    List<PendingQuote> pending = suppliers.stream().map(supplier -> request(supplier, id)).toList();
    try {
      return collect(id, pending);
    } finally {
      // kills the pending ones; has no effect on the others
      pending.forEach(each -> each.answer().kill("the deadline for quotes has expired"));
    }
  }

  private PendingQuote request(Supplier supplier, long flight) {
    return new PendingQuote(
        supplier,
        Greenlets.spawn("quote " + supplier.name(), () -> client.quote(supplier, flight)));
  }

  private Quotes collect(long flight, List<PendingQuote> pending) throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    List<Quote> quotes = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (PendingQuote each : pending) {
      switch (each.answer().join(Duration.ofNanos(end - System.nanoTime()))) {
        case Outcome.Returned<Quote>(Quote quote) -> quotes.add(quote);
        case Outcome.Failed<Quote>(Throwable cause) -> {
          log.warn("{} gave no quote for flight {}", each.supplier().name(), flight, cause);
          missing.add(each.supplier().name());
        }
        case Outcome.Killed<Quote> _ -> missing.add(each.supplier().name());
        case null -> missing.add(each.supplier().name());
      }
    }
    return new Quotes(flight, quotes, missing);
  }

  /** A supplier, and the greenlet that waits for its quote. */
  private record PendingQuote(Supplier supplier, GreenletTask<Quote> answer) {}

  /** The quotes within the deadline, and the names of the suppliers without one. */
  record Quotes(long flight, List<Quote> quotes, List<String> missing) {}
}
