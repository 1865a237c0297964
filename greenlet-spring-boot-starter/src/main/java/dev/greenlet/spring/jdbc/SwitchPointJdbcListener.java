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
 * Makes the calls of JDBC that block switch points of the kind {@code jdbc}, for any proxy of
 * datasource-proxy that it is given to, as its listener for methods and for queries. Does nothing
 * off a greenlet.
 *
 * <p>A kill is delivered before the call, which is then not made; a call that cleans up (commit,
 * rollback, close and the like) is made by a killed greenlet too. A statement that a kill or the
 * end of a deadline finds waiting is cancelled by {@link java.sql.Statement#cancel}, which is over
 * before the connection is used again. If the database is silent, so that the call goes on for
 * longer than the cancel patience, its connection is aborted and leaves the pool; a call that
 * cleans up is not cancelled, but ends that way too. A wait for a connection ends with the sockets
 * in which the pool waits.
 *
 * <p>Thread-safe.
 */
public final class SwitchPointJdbcListener
    implements MethodExecutionListener, QueryExecutionListener {
  private static final String ENTERED = SwitchPointJdbcListener.class.getName();
  private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(1);

  private final Duration cancelPatience;
  private final SqlDigests shapes = new SqlDigests();
  private final Loans loans = new Loans();

  /** Creates a listener with a cancel patience of one second. */
  public SwitchPointJdbcListener() {
    this(CANCEL_PATIENCE);
  }

  /**
   * Creates a listener.
   *
   * @param cancelPatience how long a cancelled call may go on before its connection is aborted
   * @throws IllegalArgumentException if {@code cancelPatience} is not more than zero
   */
  public SwitchPointJdbcListener(Duration cancelPatience) {
    if (!cancelPatience.isPositive()) {
      throw new IllegalArgumentException(
          "'cancelPatience' must be more than zero, was %s: a cancel needs time for its way"
              .formatted(cancelPatience));
    }
    this.cancelPatience = cancelPatience;
  }

  /**
   * Makes fetching from result sets switch points too, for a proxy that has this listener and
   * proxies no result sets. They have the cancel patience of this listener.
   *
   * @return what proxies them
   */
  public ResultSetProxyLogicFactory resultSets() {
    return new FetchSwitchPoints(cancelPatience);
  }

  /** The connections that those who passed a gate have not given back yet. */
  Loans loans() {
    return loans;
  }

  /**
   * Gives up the lane if the method may block.
   *
   * @param context the method about to be called
   * @throws GreenletExit if the greenlet is killed; nothing was given up then
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
   * Takes the lane back, whether the method returned or threw, and lets the next one of the queue
   * through if a connection was closed. A connection that was borrowed although the wait for it had
   * been aborted goes back, for it may be broken.
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
      boolean aborted = entered.over();
      boolean borrowed = context.getTarget() instanceof DataSource;
      entered.end(
          aborted && borrowed && context.getResult() instanceof Connection connection
              ? giveUp(connection)
              : context.getThrown());
    }
  }

  /** Gives a connection back for good. Returns the failure that its borrower has instead. */
  private static SQLException giveUp(Connection borrowed) {
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
   * Says which SQL the greenlet waits for.
   *
   * @param execution the execution about to happen
   * @param queries what it executes
   */
  @Override
  public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
    JdbcWait entered = JdbcWait.current();
    if (entered == null || queries.isEmpty()) {
      return;
    }
    String sql = queries.getFirst().getQuery();
    String shape =
        execution.getStatementType() == StatementType.STATEMENT
            ? SqlDigest.of(sql)
            : shapes.of(sql);
    entered.describe(
        execution.isBatch() && execution.getBatchSize() > 1
            ? "batch of %d: %s".formatted(execution.getBatchSize(), shape)
            : shape);
  }

  /**
   * Does nothing: the lane is taken back when the method ends.
   *
   * @param execution the execution that happened
   * @param queries what it executed
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
        ? shapes.of(sql)
        : null;
  }

  private static String join(String verb, @Nullable String object) {
    return object == null || object.isEmpty() ? verb : verb + " " + object;
  }
}
