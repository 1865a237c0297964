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
 * <p>{@code key} places all requests for one flight on one hub, and distributes flights over the
 * hubs. So the {@link SeatPlan} of a flight, a plain object, is accessed by greenlets of one hub
 * only. The map of seat plans is accessed from all hubs, and is therefore never modified after the
 * start: a flight that is added to the timetable later can be booked after a restart.
 *
 * <p>{@code exclusive} is needed because a booking waits for the database in the middle. The hub
 * runs other requests meanwhile; without {@code exclusive} one of them could be for the same
 * flight, find the seat plan unchanged, and sell the same seat. With it, the bookings of a flight
 * exclude each other, while bookings of other flights continue.
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

  /** The booked seat. */
  record Seat(int seat) {}
}
