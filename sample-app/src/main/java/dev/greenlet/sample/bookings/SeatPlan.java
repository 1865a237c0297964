package dev.greenlet.sample.bookings;

import org.jspecify.annotations.Nullable;

/**
 * The seats of one flight. Not thread-safe, and not safe against a second booking while a first one
 * waits for the database; {@link BookingController} prevents both.
 */
final class SeatPlan {
  private final long flight;
  private final int seats;
  private final Bookings bookings;

  /** The number of sold seats; {@code null} if it must be read from the database. */
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
   * Books the next seat. Waits for the database; if it throws, no seat was booked.
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
    // if the write fails or its response is lost, the next booking reads the number again
    sold = null;
    bookings.add(flight, seat, passenger);
    sold = seat;
    return seat;
  }
}
