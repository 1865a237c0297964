package dev.greenlet.spring.jdbc;

import dev.greenlet.Greenlets;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.time.Duration;
import net.ttddyy.dsproxy.ConnectionInfo;
import net.ttddyy.dsproxy.listener.MethodExecutionContext;
import net.ttddyy.dsproxy.proxy.ProxyConfig;
import net.ttddyy.dsproxy.proxy.ProxyLogicSupport;
import net.ttddyy.dsproxy.proxy.ResultSetProxyLogic;
import net.ttddyy.dsproxy.proxy.ResultSetProxyLogicFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes fetching from a result set a switch point, unless its rows are in memory. Reading a column,
 * which is far more frequent and never blocks, bypasses everything, listeners included.
 * Thread-safe.
 */
final class FetchSwitchPoints implements ResultSetProxyLogicFactory {
  private final Duration cancelPatience;

  /**
   * Creates a factory.
   *
   * @param cancelPatience how long a cancelled fetch may take before its connection is aborted
   */
  FetchSwitchPoints(Duration cancelPatience) {
    this.cancelPatience = cancelPatience;
  }

  @Override
  public ResultSetProxyLogic create(
      ResultSet resultSet, ConnectionInfo connection, ProxyConfig config) {
    JdbcWait execution = JdbcWait.current();
    String sql = execution == null ? null : execution.sql();
    return new Fetching(
        resultSet,
        config,
        execution == null ? new CallTarget(resultSet, null) : execution.target(),
        sql == null ? "fetch" : "fetch " + sql,
        BufferedRows.holdsAll(resultSet));
  }

  private final class Fetching extends ProxyLogicSupport implements ResultSetProxyLogic {
    private final ResultSet resultSet;
    private final ProxyConfig config;
    private final CallTarget target;
    private final String detail;
    private final boolean inMemory;

    Fetching(
        ResultSet resultSet,
        ProxyConfig config,
        CallTarget target,
        String detail,
        boolean inMemory) {
      this.resultSet = resultSet;
      this.config = config;
      this.target = target;
      this.detail = detail;
      this.inMemory = inMemory;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      JdbcCall call = JdbcCall.of(resultSet, method.getName());
      if (call == null
          || (inMemory && BufferedRows.serves(method.getName()))
          || Greenlets.currentOrNull() == null) {
        return performProxyLogic(proxy, method, arguments, null);
      }
      JdbcWait wait = JdbcWait.enter(call, target, detail, cancelPatience);
      Throwable failure = null;
      try {
        return proceedExecution(method, resultSet, arguments);
      } catch (Throwable thrown) {
        failure = thrown;
        throw thrown;
      } finally {
        wait.callEnded();
        wait.end(failure);
      }
    }

    @Override
    protected @Nullable Object performProxyLogic(
        Object proxy,
        Method method,
        Object @Nullable [] arguments,
        @Nullable MethodExecutionContext context)
        throws Throwable {
      return isCommonMethod(method.getName())
          ? handleCommonMethod(method.getName(), resultSet, config, arguments)
          : proceedExecution(method, resultSet, arguments);
    }
  }
}
