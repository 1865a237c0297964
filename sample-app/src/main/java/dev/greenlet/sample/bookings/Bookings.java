package dev.greenlet.sample.bookings;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The bookings in the database. Thread-safe; every method waits for the database. */
@Repository
class Bookings {
  private final JdbcClient jdbc;

  Bookings(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The highest seat sold on a flight, or 0. */
  int lastSeat(long flight) {
    return jdbc.sql("select coalesce(max(seat), 0) from booking where flight_id = :flight")
        .param("flight", flight)
        .query(Integer.class)
        .single();
  }

  /**
   * Adds a booking.
   *
   * @throws org.springframework.dao.DataAccessException if the database refuses it, as it does when
   *     the seat is taken
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
