package dev.greenlet.spring.jdbc;

import dev.greenlet.GreenletExit;
import dev.greenlet.Greenlets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.StatementType;
import net.ttddyy.dsproxy.listener.MethodExecutionContext;
import net.ttddyy.dsproxy.listener.MethodExecutionListener;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;
import net.ttddyy.dsproxy.proxy.ResultSetProxyLogicFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the blocking calls of JDBC switch points of the kind {@code jdbc}: a listener for the
 * methods and the queries of any proxy of datasource-proxy. It does nothing on plain threads.
 *
 * <p>A pending kill is delivered before the call, which is then not made; a call that cleans up
 * (commit, rollback, close and the like) is made by a killed greenlet too. A kill or an expired
 * deadline cancels a waiting statement by {@link java.sql.Statement#cancel}, which ends before the
 * connection is used again. If the database is silent, so that the call takes longer than the
 * cancel patience, its connection is aborted and leaves the pool. A call that cleans up is not
 * cancelled, but its connection is aborted in the same way. The wait for a connection is ended by
 * closing the sockets on which the pool waits.
 *
 * <p>Thread-safe.
 */
public final class SwitchPointJdbcListener
    implements MethodExecutionListener, QueryExecutionListener {
  private static final String ENTERED = SwitchPointJdbcListener.class.getName();
  private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(1);

  private final Duration cancelPatience;
  private final Loans loans = new Loans();

  /** Creates a listener with a cancel patience of one second. */
  public SwitchPointJdbcListener() {
    this(CANCEL_PATIENCE);
  }

  /**
   * Creates a listener.
   *
   * @param cancelPatience how long a cancelled call may take before its connection is aborted
   * @throws IllegalArgumentException if {@code cancelPatience} is not positive
   */
  public SwitchPointJdbcListener(Duration cancelPatience) {
    if (!cancelPatience.isPositive()) {
      throw new IllegalArgumentException(
          "'cancelPatience' must be positive, was %s: a cancel needs time to take effect"
              .formatted(cancelPatience));
    }
    this.cancelPatience = cancelPatience;
  }

  /**
   * Returns a factory that makes fetching from result sets a switch point too, for a proxy that has
   * this listener and proxies no result sets. It has the cancel patience of this listener.
   *
   * @return the factory of proxies of result sets
   */
  public ResultSetProxyLogicFactory resultSets() {
    return new FetchSwitchPoints(cancelPatience);
  }

  /** Returns the connections that were lent through a gate. */
  Loans loans() {
    return loans;
  }

  /**
   * Gives up the lane if the method may block. Called by datasource-proxy.
   *
   * @param context the method about to be called
   * @throws GreenletExit if the greenlet is killed; it holds its lane then
   */
  @Override
  public void beforeMethod(MethodExecutionContext context) {
    if (Greenlets.currentOrNull() == null) {
      return;
    }
    JdbcCall call = JdbcCall.of(context.getTarget(), context.getMethod().getName());
    if (call == null || context.getCustomValue(ENTERED, JdbcWait.class) != null) {
      return;
    }
    CallTarget target = new CallTarget(context.getTarget(), context.getProxy());
    context.addCustomValue(
        ENTERED, JdbcWait.enter(call, target, describe(context), cancelPatience));
  }

  /**
   * Takes the lane back, whether the method returned or threw, and admits the next queued borrower
   * if a connection was closed. A connection that was borrowed after its wait was aborted is
   * discarded, as it may be broken. Called by datasource-proxy.
   *
   * @param context the method that was called
   * @throws GreenletExit if the method failed and the greenlet is killed, in place of the failure
   */
  @Override
  public void afterMethod(MethodExecutionContext context) {
    if (context.getTarget() instanceof Connection connection
        && context.getMethod().getName().equals("close")) {
      loans.giveBack(connection);
    }
    JdbcWait entered = context.getCustomValue(ENTERED, JdbcWait.class);
    if (entered != null) {
      context.addCustomValue(ENTERED, null);
      boolean aborted = entered.callEnded();
      boolean borrowed = context.getTarget() instanceof DataSource;
      entered.end(
          aborted && borrowed && context.getResult() instanceof Connection connection
              ? discard(connection)
              : context.getThrown());
    }
  }

  /** Discards a connection. Returns the exception that its borrower gets instead. */
  private static SQLException discard(Connection borrowed) {
    SQLException failure =
        new SQLTransientConnectionException("The wait for the connection was aborted");
    try (borrowed) {
      new CallTarget(CallTarget.original(borrowed), null).abort();
    } catch (SQLException broken) {
      failure.addSuppressed(broken);
    }
    return failure;
  }

  /**
   * Shows the SQL as the reason of the wait. Called by datasource-proxy.
   *
   * @param execution the execution about to happen
   * @param queries the queries that it executes
   */
  @Override
  public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
    JdbcWait entered = JdbcWait.current();
    if (entered == null || queries.isEmpty()) {
      return;
    }
    String sql = queries.getFirst().getQuery();
    String digest =
        execution.getStatementType() == StatementType.STATEMENT
            ? SqlDigest.of(sql)
            : SqlDigest.ofPrepared(sql);
    entered.describe(
        execution.isBatch() && execution.getBatchSize() > 1
            ? "batch of %d: %s".formatted(execution.getBatchSize(), digest)
            : digest);
  }

  /**
   * Does nothing: the lane is taken back when the method ends.
   *
   * @param execution the execution that happened
   * @param queries the queries that it executed
   */
  @Override
  public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
    // see afterMethod
  }

  private String describe(MethodExecutionContext context) {
    String method = context.getMethod().getName();
    return switch (method) {
      case "getConnection" -> join(method, poolName(context));
      case "prepareStatement", "prepareCall" -> join("prepare", firstText(context));
      default -> method;
    };
  }

  private static @Nullable String poolName(MethodExecutionContext context) {
    Pool pool = context.getTarget() instanceof DataSource source ? Pools.find(source) : null;
    String name = pool == null ? null : pool.name();
    return name != null ? name : context.getProxyConfig().getDataSourceName();
  }

  private @Nullable String firstText(MethodExecutionContext context) {
    Object[] arguments = context.getMethodArgs();
    return arguments != null && arguments.length > 0 && arguments[0] instanceof String sql
        ? SqlDigest.ofPrepared(sql)
        : null;
  }

  private static String join(String verb, @Nullable String object) {
    return object == null || object.isEmpty() ? verb : verb + " " + object;
  }
}
