package dev.greenlet.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** What stands between those who want a connection and the data source. Thread-safe. */
@FunctionalInterface
interface Gate {
  /** Lets everybody through at once. */
  Gate OPEN = Source::getConnection;

  /**
   * Gets a connection as soon as it is the caller's turn.
   *
   * @throws SQLException if the turn does not come in time, or the source fails
   * @throws dev.greenlet.GreenletExit if the caller is killed meanwhile; it has no connection then
   */
  Connection pass(Source source) throws SQLException;

  /** Returns how many wait for their turn. Any thread. */
  default int queued() {
    return 0;
  }

  /** Where the connections come from. */
  @FunctionalInterface
  interface Source {
    Connection getConnection() throws SQLException;
  }
}
