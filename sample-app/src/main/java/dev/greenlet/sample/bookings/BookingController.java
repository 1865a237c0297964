package dev.greenlet.sample.bookings;

import dev.greenlet.sample.flights.Flights;
import dev.greenlet.sample.flights.NoSuchFlightException;
import dev.greenlet.spring.Greenlet;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sells seats, with no lock, no atomic variable and no {@code select for update}.
 *
 * <p>{@code key} brings all requests for one flight to one hub, and other flights to other hubs. So
 * a flight's {@link SeatPlan}, though a plain object, is touched by one carrier thread only. The
 * map that leads to it is touched by all and is therefore never written after the start: a flight
 * that joins the timetable later can be booked after a restart.
 *
 * <p>{@code exclusive} is needed because a booking waits for the database halfway. The hub runs
 * other requests meanwhile, and without it one of them could be for the same flight, find the seat
 * plan as it was, and sell the same seat. With it, a flight's bookings take turns, each one whole;
 * those for other flights go on.
 */
@RestController
class BookingController {
  private final Map<Long, SeatPlan> plans;

  BookingController(Flights flights, Bookings bookings) {
    plans =
        flights.all().stream()
            .map(flight -> new SeatPlan(flight.id(), flight.seats(), bookings))
            .collect(Collectors.toUnmodifiableMap(SeatPlan::flight, Function.identity()));
  }

  @PostMapping("/flights/{id}/seats")
  @ResponseStatus(HttpStatus.CREATED)
  @Greenlet(hub = "bookings", key = "#id", exclusive = true)
  Seat book(@PathVariable long id, @RequestBody BookingRequest request) {
    String passenger = request.requirePassenger();
    SeatPlan plan = plans.get(id);
    if (plan == null) {
      throw new NoSuchFlightException(id);
    }
    return new Seat(plan.book(passenger));
  }

  /** The seat that was booked. */
  record Seat(int seat) {}
}
