package dev.greenlet.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Controls access to the connections of a data source. Thread-safe. */
@FunctionalInterface
interface Gate {
  /** Admits every borrower at once. */
  Gate OPEN = Source::getConnection;

  /**
   * Gets a connection as soon as the caller is admitted. A switch point if the caller has to wait.
   *
   * @throws SQLException if the caller is not admitted in time, or the source throws it
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it has no connection
   *     then
   */
  Connection pass(Source source) throws SQLException;

  /** Returns the number of queued borrowers. Any thread. */
  default int queued() {
    return 0;
  }

  /** Supplies the connections. */
  @FunctionalInterface
  interface Source {
    Connection getConnection() throws SQLException;
  }
}
