package dev.greenlet.sample.bookings;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The bookings in the database. Thread-safe; each method waits for the database. */
@Repository
class Bookings {
  private final JdbcClient jdbc;

  Bookings(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Returns the highest seat that is sold on a flight, or 0. */
  int lastSeat(long flight) {
    return jdbc.sql("select coalesce(max(seat), 0) from booking where flight_id = :flight")
        .param("flight", flight)
        .query(Integer.class)
        .single();
  }

  /**
   * Adds a booking.
   *
   * @throws org.springframework.dao.DataAccessException if the database rejects it, as when the
   *     seat is booked already
   */
  void add(long flight, int seat, String passenger) {
    jdbc.sql(
            """
            insert into booking (flight_id, seat, passenger)
            values (:flight, :seat, :passenger)
            """)
        .param("flight", flight)
        .param("seat", seat)
        .param("passenger", passenger)
        .update();
  }
}
