package dev.greenlet.sample.bookings;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the seats of one flight. Not thread-safe, and not safe against a second booking
 * while a first one waits for the database: see {@link BookingController} for why neither happens.
 */
final class SeatPlan {
  private final long flight;
  private final int seats;
  private final Bookings bookings;

  /** How many seats are sold; {@code null} when only the database knows. */
  private @Nullable Integer sold;

  SeatPlan(long flight, int seats, Bookings bookings) {
    this.flight = flight;
    this.seats = seats;
    this.bookings = bookings;
  }

  long flight() {
    return flight;
  }

  /**
   * Books the next seat. Waits for the database; if that fails, the booking has not been made.
   *
   * @throws FlightFullException if there is no seat left
   */
  int book(String passenger) {
    int before = sold != null ? sold : bookings.lastSeat(flight);
    sold = before;
    if (before >= seats) {
      throw new FlightFullException(flight, seats);
    }
    int seat = before + 1;
    // should the write fail, or its answer get lost, the next booking asks what became of it
    sold = null;
    bookings.add(flight, seat, passenger);
    sold = seat;
    return seat;
  }
}
