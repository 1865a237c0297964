package dev.greenlet.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which connections are lent, and what is to be done once when one comes back: by whatever thread,
 * and also if it was closed past its proxy. Thread-safe.
 */
final class Loans {

  /** What was lent, by identity. */
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
      earlier.run(); // lent again, so it must have come back
    }
  }

  /** Of one that is not lent: does nothing. */
  void giveBack(Connection connection) {
    giveBack(new Lent(CallTarget.original(connection)));
  }

  private void giveBack(Lent lent) {
    Runnable whenBack = onReturn.remove(lent);
    if (whenBack != null) {
      whenBack.run();
    }
  }

  /** Looks for connections that are back and nobody said so. */
  void sweep() {
    for (Lent lent : onReturn.keySet()) {
      if (lent.isBack()) {
        giveBack(lent);
      }
    }
  }
}
