package dev.greenlet.spring.jdbc;

import dev.greenlet.Party;
import dev.greenlet.WaitReason;
import dev.greenlet.sync.GreenletSemaphore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The line before a pool, first come first served and as wide as the pool, also after that has been
 * resized. Who is through finds a connection, or room for a new one, and neither spins nor loses it
 * to somebody who came later.
 *
 * <p>Who has a connection of the pool already and wants another waits in the pool itself, before
 * all who stand in line: those could only wait for it. If all wait for another one, that is said.
 */
final class PoolGate implements Gate {
  private static final Log logger = LogFactory.getLog(PoolGate.class);

  private final Pool pool;
  private final String beanName;
  private final int limit;
  private final Loans loans;
  private final GreenletSemaphore line;
  private final AtomicInteger width;
  private final Borrowers borrowers = new Borrowers();

  /**
   * A line before a pool.
   *
   * @param limit how wide it may be; it is never wider than the pool
   */
  PoolGate(Pool pool, String beanName, int limit, Loans loans) {
    this.pool = pool;
    this.beanName = beanName;
    this.limit = limit;
    this.loans = loans;
    this.width = new AtomicInteger(widthNow());
    this.line =
        new GreenletSemaphore(
            width.get(), new WaitReason(WaitReason.JDBC, "getConnection " + name()));
  }

  private String name() {
    String name = pool.name();
    return name == null ? beanName : name;
  }

  private int widthNow() {
    return Math.min(limit, pool.maximum());
  }

  @Override
  public Connection pass(Source source) throws SQLException {
    followPool();
    Party borrower = Party.current();
    boolean again = borrowers.holds(borrower);
    if (again) {
      goAhead();
    } else {
      standInLine();
    }
    boolean lent = false;
    try {
      Connection connection = again ? borrowAgain(borrower, source) : source.getConnection();
      borrowers.add(borrower);
      loans.lend(connection, () -> giveBack(borrower));
      lent = true;
      return connection;
    } finally {
      if (!lent) {
        line.release();
      }
    }
  }

  private void giveBack(Party borrower) {
    borrowers.remove(borrower);
    followPool();
    line.release();
  }

  /** Makes the line as wide as the pool is by now. */
  private void followPool() {
    int before = width.get();
    int now = widthNow();
    if (now == before || !width.compareAndSet(before, now)) {
      return;
    }
    line.reducePermits(Math.max(0, before - now));
    for (int more = now - before; more > 0; more--) {
      line.release();
    }
  }

  private void goAhead() {
    if (!line.tryAcquire()) {
      line.reducePermits(1);
    }
  }

  private void standInLine() throws SQLException {
    if (line.tryAcquire()) {
      return;
    }
    loans.sweep();
    Duration patience = pool.patience();
    try {
      if (!line.tryAcquire(patience)) {
        throw new SQLTransientConnectionException(
            "%s - Connection is not available, request timed out after %dms in the line before the pool %s"
                .formatted(
                    name(),
                    patience.toMillis(),
                    pool.numbers().plusWaiting(line.waiters().size())));
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new SQLException(
          "%s - Interrupted in the line before the pool".formatted(name()), interrupt);
    }
  }

  private Connection borrowAgain(Party borrower, Source source) throws SQLException {
    if (borrowers.waitAgain(borrower, pool.maximum())) {
      logger.warn(stuck());
    }
    try {
      return source.getConnection();
    } finally {
      borrowers.haveWaited(borrower);
    }
  }

  private String stuck() {
    return ("All connections of pool '%s' are held by those who now wait for another one of it"
            + " (%s): none can go on before one of them gives up, %s after it asked. A"
            + " transaction inside of another one (REQUIRES_NEW) takes a second connection: let"
            + " fewer into the pool than it has connections, for instance by"
            + " greenlet.jdbc.gate-width.%s=%d, or make the pool larger")
        .formatted(
            name(), borrowers.whoWaits(), pool.patience(), beanName, Math.max(1, width.get() - 1));
  }
}
