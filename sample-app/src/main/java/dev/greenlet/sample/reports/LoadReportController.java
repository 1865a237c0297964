package dev.greenlet.sample.reports;

import dev.greenlet.sample.flights.Flight;
import dev.greenlet.sample.flights.Flights;
import java.util.List;
import java.util.SplittableRandom;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Says how full the flights will be, by playing them through many times. Not annotated: it computes
 * for long without waiting, and on a hub nothing else would run meanwhile.
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
    // the same seed each time: the report changes when the bookings do, and not otherwise
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

  /** How full the flights will be, after so many rounds. */
  record LoadReport(int rounds, List<FlightLoad> flights) {}

  /** The share of a flight's seats that will be taken, on average. */
  record FlightLoad(long id, double load) {}
}
