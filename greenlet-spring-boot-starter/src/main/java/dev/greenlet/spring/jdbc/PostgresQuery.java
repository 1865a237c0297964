package dev.greenlet.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.springframework.util.ClassUtils;

/** Access to the driver of PostgreSQL beyond JDBC, if it is present. Thread-safe. */
final class PostgresQuery {
  private static final boolean PRESENT =
      ClassUtils.isPresent("org.postgresql.PGConnection", PostgresQuery.class.getClassLoader());

  private PostgresQuery() {}

  /**
   * Cancels the running query of a connection. A statement of the driver can be cancelled only
   * once, whether or not that has an effect, and keeps its caller until the cancel has ended.
   *
   * @return {@code false} if the connection is not one of PostgreSQL's driver
   */
  static boolean cancel(Connection connection) throws SQLException {
    return PRESENT && Driver.cancel(connection);
  }

  /** Loaded only if the classes of the driver are present. */
  private static final class Driver {
    static boolean cancel(Connection connection) throws SQLException {
      if (!connection.isWrapperFor(PGConnection.class)) {
        return false;
      }
      connection.unwrap(PGConnection.class).cancelQuery();
      return true;
    }
  }
}
