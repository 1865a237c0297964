package dev.greenlet.sample.flights;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The flights in the database. Thread-safe; each method waits for the database. */
@Repository
public class Flights {
  // seats are sold from 1 upwards, so the last one sold is also their number
  private static final String SELECT =
      """
      select id, code, origin, destination, departure, seats,
             seats - coalesce((select max(seat) from booking where flight_id = id), 0) as free
        from flight
      """;

  private final JdbcClient jdbc;

  Flights(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Reads the whole timetable.
   *
   * @return the flights by id
   */
  public List<Flight> all() {
    return jdbc.sql(SELECT + "order by id").query(Flights::flight).list();
  }

  /**
   * Reads one flight.
   *
   * @param id the id of the flight
   * @return the flight
   * @throws NoSuchFlightException if there is no such flight
   */
  public Flight require(long id) {
    return jdbc.sql(SELECT + "where id = :id")
        .param("id", id)
        .query(Flights::flight)
        .optional()
        .orElseThrow(() -> new NoSuchFlightException(id));
  }

  private static Flight flight(ResultSet row, int number) throws SQLException {
    return new Flight(
        row.getLong("id"),
        row.getString("code"),
        row.getString("origin"),
        row.getString("destination"),
        row.getObject("departure", OffsetDateTime.class).toInstant(),
        row.getInt("seats"),
        row.getInt("free"));
  }
}
