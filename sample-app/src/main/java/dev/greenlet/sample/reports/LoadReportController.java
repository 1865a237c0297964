package dev.greenlet.sample.reports;

import dev.greenlet.sample.flights.Flight;
import dev.greenlet.sample.flights.Flights;
import java.util.List;
import java.util.SplittableRandom;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Predicts the load of the flights by a simulation. Not annotated: it computes for long without
 * waiting, and would block a hub for all other requests meanwhile.
 */
@RestController
class LoadReportController {
  private static final int ROUNDS = 10_000;
  private static final double SHOWS_UP = 0.93;
  private static final double BUYS_AT_THE_GATE = 0.35;

  private final Flights flights;

  LoadReportController(Flights flights) {
    this.flights = flights;
  }

  @GetMapping("/reports/load")
  LoadReport load() {
    return new LoadReport(
        ROUNDS, flights.all().stream().map(LoadReportController::expect).toList());
  }

  private static FlightLoad expect(Flight flight) {
    // a fixed seed: the report changes only when the bookings do
    SplittableRandom random = new SplittableRandom(flight.id());
    long seated = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (int seat = 1; seat <= flight.seats(); seat++) {
        boolean booked = seat > flight.free();
        if (random.nextDouble() < (booked ? SHOWS_UP : BUYS_AT_THE_GATE)) {
          seated++;
        }
      }
    }
    double load = (double) seated / ((long) ROUNDS * flight.seats());
    return new FlightLoad(flight.id(), Math.round(load * 1000) / 1000.0);
  }

  /** The predicted load of the flights, and the number of rounds of the simulation. */
  record LoadReport(int rounds, List<FlightLoad> flights) {}

  /** The mean share of the seats of a flight that will be booked. */
  record FlightLoad(long id, double load) {}
}
