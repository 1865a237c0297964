package dev.greenlet.spring.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What a pool of connections tells about itself. Any thread; outdated at once. */
interface Pool {

  /** What the pool calls itself, if it has a name by now. */
  @Nullable String name();

  /** How many connections it has at most. */
  int maximum();

  /** How long it lets a borrower wait for a connection. */
  Duration connectionTimeout();

  /** How many connections it has, lends and keeps, and how many wait for one. */
  Numbers numbers();

  /**
   * Returns a failure to get a connection, with a message that counts those in the queue before the
   * pool too. The pool's own failure unless overridden.
   *
   * @param failure what the pool has thrown
   * @param pending how many wait in the queue and in the pool
   */
  default SQLException explain(SQLException failure, IntSupplier pending) {
    return failure;
  }

  /**
   * Whether it takes connections back from borrowers that keep them for too long. Nobody who counts
   * returns sees that.
   */
  default boolean reclaimsAbandoned() {
    return false;
  }

  /** The state of a pool, or of a pool and the queue before it. */
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
