package dev.greenlet.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import net.ttddyy.dsproxy.proxy.ProxyJdbcObject;
import org.jspecify.annotations.Nullable;

/**
 * The object that a JDBC call is made on. Drivers lock their objects during a call, so the
 * connection of a statement is taken from the proxy.
 *
 * @param object the object of the driver or the pool
 * @param proxy its proxy, if it has one
 */
record CallTarget(@Nullable Object object, @Nullable Object proxy) {

  /** Cancels the running call of the connection, once. Any thread; may wait for the database. */
  void cancel() throws SQLException {
    Connection connection = connection();
    if (connection != null && PostgresQuery.cancel(connection)) {
      return;
    }
    if (object instanceof Statement statement) {
      statement.cancel();
    }
  }

  /**
   * Closes the physical connection, so that the pool does not lend it again. Any thread; may wait
   * for the database.
   */
  void abort() throws SQLException {
    Connection connection = connection();
    if (connection != null) {
      Pools.discard(connection);
      connection.abort(Runnable::run);
    }
  }

  private @Nullable Connection connection() throws SQLException {
    if (object instanceof Connection connection) {
      return connection;
    }
    return proxy instanceof Statement statement ? original(statement.getConnection()) : null;
  }

  /** Returns the connection as the pool has lent it. */
  static Connection original(Connection connection) {
    return connection instanceof ProxyJdbcObject proxy
            && proxy.getTarget() instanceof Connection target
        ? original(target)
        : connection;
  }
}
