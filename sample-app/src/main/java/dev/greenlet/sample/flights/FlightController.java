package dev.greenlet.sample.flights;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Shows flights. Not annotated: it only reads the database, for which any lane will do. */
@RestController
class FlightController {
  private final Flights flights;

  FlightController(Flights flights) {
    this.flights = flights;
  }

  @GetMapping("/flights")
  List<Flight> flights() {
    return flights.all();
  }

  @GetMapping("/flights/{id}")
  Flight flight(@PathVariable long id) {
    return flights.require(id);
  }
}
