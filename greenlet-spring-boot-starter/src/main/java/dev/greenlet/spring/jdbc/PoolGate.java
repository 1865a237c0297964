package dev.greenlet.spring.jdbc;

import dev.greenlet.DeadlockException;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.jdbc.PoolQueue.Request;
import dev.greenlet.spring.jdbc.PoolQueue.Shortage;
import dev.greenlet.spring.jdbc.PoolQueue.WaitResult;
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
 * The queue in front of a pool: fair (FIFO), and as wide as the pool, also after the pool has been
 * resized. An admitted borrower finds an idle connection, or room for a new one.
 *
 * <p>Greenlets whose tree holds a connection of the pool go ahead of the queue; see {@link
 * PoolQueue}. If all connections are lent to trees that wait for another one, one warning names the
 * holders, or the last borrower fails; see {@link PoolDeadlockDetector}. Thread-safe.
 */
final class PoolGate implements Gate {
  private static final Log logger = LogFactory.getLog(PoolGate.class);
  private static final int MAX_NAMED = 5;

  private final Pool pool;
  private final String beanName;
  private final int limit;
  private final Loans loans;
  private final PoolQueue queue;
  private final PoolDeadlockDetector deadlocks;
  private final PoolGates.OnDeadlock onDeadlock;

  /**
   * Creates a queue in front of a pool.
   *
   * @param limit the maximum width; the queue is never wider than the pool
   * @param timer runs the checks for deadlocks
   */
  PoolGate(
      Pool pool,
      String beanName,
      int limit,
      Loans loans,
      PoolGates.OnDeadlock onDeadlock,
      ScheduledExecutorService timer) {
    this.pool = pool;
    this.beanName = beanName;
    this.limit = limit;
    this.loans = loans;
    this.onDeadlock = onDeadlock;
    this.queue = new PoolQueue(new WaitReason(WaitReason.JDBC, "getConnection " + name()));
    this.deadlocks = new PoolDeadlockDetector(queue, timer, this::report);
  }

  @Override
  public int queued() {
    return queue.size();
  }

  /**
   * Returns the number of borrowers that wait for a connection, in the queue and in the pool. Any
   * thread.
   */
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
    awaitAdmission(request);
    boolean lent = false;
    try {
      deadlocks.begin(); // other greenlets of its tree go ahead from now on
      Connection connection = source.getConnection();
      loans.lend(connection, () -> takeBack(request));
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

  private void takeBack(Request request) {
    followPool();
    queue.leave(request);
  }

  private void followPool() {
    int maximum = pool.maximum();
    queue.resize(maximum, Math.min(limit, maximum));
  }

  private void awaitAdmission(Request request) throws SQLException {
    Duration timeout = pool.connectionTimeout();
    WaitResult result;
    try {
      result = queue.enter(request, WaitLimit.of(timeout), this::prepareWait);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new SQLException(
          "%s - Interrupted while queued for a connection".formatted(name()), interrupt);
    }
    switch (result) {
      case WaitResult.Ended.LENT -> {}
      case WaitResult.Ended.TIMED_OUT ->
          throw new SQLTransientConnectionException(
              "%s - Connection is not available, request timed out after %dms in the queue in front of the pool %s"
                  .formatted(name(), timeout.toMillis(), pool.numbers().plusWaiting(queue.size())));
      case WaitResult.Failed failed -> throw new DeadlockException(failed.message());
    }
  }

  /**
   * Finds connections that were closed bypassing their proxy, and starts the checks for deadlocks.
   */
  private void prepareWait() {
    loans.sweep();
    deadlocks.begin();
  }

  private void report(Shortage shortage) {
    switch (onDeadlock) {
      case WARN -> logger.warn(describe(shortage));
      case FAIL -> queue.fail(shortage.waiting().getLast(), describe(shortage));
    }
  }

  private String describe(Shortage shortage) {
    int maximum = shortage.lent().size();
    return ("All %d connections of pool '%s' are held by greenlets and threads that wait for another one,"
            + " or for a greenlet that does: %s. None of them continues before one times out, %s after its request."
            + " A nested transaction (REQUIRES_NEW), and a child that uses the database while its parent waits in a"
            + " transaction, need a second connection: set greenlet.jdbc.gate-width.%s=%d or another width below the"
            + " size of the pool, or enlarge the pool")
        .formatted(
            maximum,
            name(),
            named(shortage.lent()),
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
