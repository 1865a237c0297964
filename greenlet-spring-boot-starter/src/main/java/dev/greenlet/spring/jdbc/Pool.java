package dev.greenlet.spring.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The configuration and the state of a connection pool. Any thread; the values may lag. */
interface Pool {

  /** Returns the name of the pool, or {@code null} if it has none yet. */
  @Nullable String name();

  /** Returns the maximum number of connections. */
  int maximum();

  /** Returns how long a borrower waits for a connection at most. */
  Duration connectionTimeout();

  /** Returns the numbers of connections and waiters. */
  Numbers numbers();

  /**
   * Returns a failure to get a connection whose message counts the queued borrowers too. Returns
   * the pool's own failure unless overridden.
   *
   * @param failure the exception of the pool
   * @param pending the number of borrowers that wait in the queue and in the pool
   */
  default SQLException explain(SQLException failure, IntSupplier pending) {
    return failure;
  }

  /**
   * Returns whether the pool reclaims connections from borrowers that hold them for too long. Such
   * a return cannot be observed.
   */
  default boolean reclaimsAbandoned() {
    return false;
  }

  /**
   * The numbers of connections and waiters of a pool, or of a pool and the queue in front of it.
   */
  record Numbers(int total, int active, int idle, int waiting) {
    Numbers plusWaiting(int more) {
      return new Numbers(total, active, idle, waiting + more);
    }

    @Override
    public String toString() {
      return "(total=%d, active=%d, idle=%d, waiting=%d)".formatted(total, active, idle, waiting);
    }
  }
}
