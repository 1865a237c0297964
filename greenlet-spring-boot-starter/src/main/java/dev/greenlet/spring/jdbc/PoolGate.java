package dev.greenlet.spring.jdbc;

import dev.greenlet.DeadlockException;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.jdbc.PoolQueue.Request;
import dev.greenlet.spring.jdbc.PoolQueue.Shortage;
import dev.greenlet.spring.jdbc.PoolQueue.Turn;
import dev.greenlet.sync.WaitLimit;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The queue before a pool: first come, first served, and as wide as the pool, also after that has
 * been resized. A borrower that it admits finds a connection, or room for a new one.
 *
 * <p>Where a tree of greenlets holds a connection of the pool, its greenlets go ahead of the queue;
 * see {@link PoolQueue}. When all connections are lent to trees that wait for another one, one
 * warning names the holders, or the borrower that came last fails; see {@link
 * PoolDeadlockDetector}.
 */
final class PoolGate implements Gate {
  private static final Log logger = LogFactory.getLog(PoolGate.class);
  private static final int MAX_NAMED = 5;

  private final Pool pool;
  private final String beanName;
  private final int limit;
  private final Loans loans;
  private final PoolQueue queue;
  private final PoolDeadlockDetector circles;
  private final PoolGates.OnCircle onCircle;

  /**
   * Creates a queue before a pool.
   *
   * @param limit how wide it may be; it is never wider than the pool
   * @param timer on whose thread circles are looked for
   */
  PoolGate(
      Pool pool,
      String beanName,
      int limit,
      Loans loans,
      PoolGates.OnCircle onCircle,
      ScheduledExecutorService timer) {
    this.pool = pool;
    this.beanName = beanName;
    this.limit = limit;
    this.loans = loans;
    this.onCircle = onCircle;
    this.queue = new PoolQueue(new WaitReason(WaitReason.JDBC, "getConnection " + name()));
    this.circles = new PoolDeadlockDetector(queue, timer, this::report);
  }

  @Override
  public int queued() {
    return queue.size();
  }

  /** Returns how many wait for a connection, in the queue and in the pool. Any thread. */
  int pending() {
    return queue.size() + pool.numbers().waiting();
  }

  private String name() {
    String name = pool.name();
    return name == null ? beanName : name;
  }

  @Override
  public Connection pass(Source source) throws SQLException {
    followPool();
    Request request = new Request();
    awaitTurn(request);
    boolean lent = false;
    try {
      circles.begin(); // its relatives may go ahead from now on
      Connection connection = source.getConnection();
      loans.lend(connection, () -> giveBack(request));
      lent = true;
      return connection;
    } catch (SQLException failure) {
      throw pool.explain(failure, this::pending);
    } finally {
      if (!lent) {
        queue.leave(request);
      }
    }
  }

  private void giveBack(Request request) {
    followPool();
    queue.leave(request);
  }

  private void followPool() {
    int maximum = pool.maximum();
    queue.resize(maximum, Math.min(limit, maximum));
  }

  private void awaitTurn(Request request) throws SQLException {
    Duration patience = pool.connectionTimeout();
    Turn turn;
    try {
      turn = queue.enter(request, WaitLimit.of(patience), this::lookBeforeWait);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new SQLException(
          "%s - Interrupted in the queue before the pool".formatted(name()), interrupt);
    }
    switch (turn) {
      case Turn.Ended.LENT -> {}
      case Turn.Ended.TIMED_OUT ->
          throw new SQLTransientConnectionException(
              "%s - Connection is not available, request timed out after %dms in the queue before the pool %s"
                  .formatted(
                      name(), patience.toMillis(), pool.numbers().plusWaiting(queue.size())));
      case Turn.Refused refused -> throw new DeadlockException(refused.message());
    }
  }

  /** Finds connections that were closed past their proxy, and circles. */
  private void lookBeforeWait() {
    loans.sweep();
    circles.begin();
  }

  private void report(Shortage circle) {
    switch (onCircle) {
      case WARN -> logger.warn(describe(circle));
      case FAIL -> queue.refuse(circle.waiting().getLast(), describe(circle));
    }
  }

  private String describe(Shortage circle) {
    int maximum = circle.lent().size();
    return ("All %d connections of pool '%s' are held by greenlets and threads that wait for another one of it,"
            + " or for a greenlet that does: %s. None continues before one of them gives up, %s after it asked."
            + " A transaction inside of another one (REQUIRES_NEW), and a child that asks the database while its"
            + " parent waits in a transaction, need a second connection: admit fewer than the pool has"
            + " connections, for instance by greenlet.jdbc.gate-width.%s=%d, or enlarge the pool")
        .formatted(
            maximum,
            name(),
            named(circle.lent()),
            pool.connectionTimeout(),
            beanName,
            Math.max(1, maximum - 1));
  }

  private static String named(List<Request> holders) {
    String named =
        holders.stream()
            .map(Request::describe)
            .distinct()
            .limit(MAX_NAMED)
            .collect(Collectors.joining(", "));
    int more = (int) holders.stream().map(Request::strand).distinct().count() - MAX_NAMED;
    return more > 0 ? "%s and %d more".formatted(named, more) : named;
  }
}
