package dev.greenlet.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.springframework.util.ClassUtils;

/** What the driver of PostgreSQL can do besides JDBC, if it is there. */
final class PostgresQuery {
  private static final boolean PRESENT =
      ClassUtils.isPresent("org.postgresql.PGConnection", PostgresQuery.class.getClassLoader());

  private PostgresQuery() {}

  /**
   * Cancels whatever runs on the connection. The driver's statements can be cancelled only once,
   * whether or not that has an effect, and keep their caller until that is over.
   *
   * @return {@code false} if the connection is another driver's
   */
  static boolean cancel(Connection connection) throws SQLException {
    return PRESENT && Driver.cancel(connection);
  }

  /** Touches the driver's classes. */
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
