package dev.greenlet.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The lent connections, each with an action that runs once when it is returned: by any thread, and
 * also if it is closed bypassing its proxy. Thread-safe.
 */
final class Loans {

  /** A lent connection, compared by identity. */
  private record Lent(Connection connection) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Lent(Connection same) && same == connection;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(connection);
    }

    boolean isBack() {
      try {
        return connection.isClosed();
      } catch (SQLException unknown) {
        return false;
      }
    }
  }

  private final ConcurrentMap<Lent, Runnable> onReturn = new ConcurrentHashMap<>();

  void lend(Connection connection, Runnable whenBack) {
    Runnable earlier = onReturn.put(new Lent(CallTarget.original(connection)), whenBack);
    if (earlier != null) {
      earlier.run(); // lent again, so it has been returned
    }
  }

  /** Runs the action of a connection, if it is lent. */
  void giveBack(Connection connection) {
    giveBack(new Lent(CallTarget.original(connection)));
  }

  private void giveBack(Lent lent) {
    Runnable whenBack = onReturn.remove(lent);
    if (whenBack != null) {
      whenBack.run();
    }
  }

  /** Runs the actions of connections that were closed without {@link #giveBack}. */
  void sweep() {
    for (Lent lent : onReturn.keySet()) {
      if (lent.isBack()) {
        giveBack(lent);
      }
    }
  }
}
