package dev.greenlet.spring.jdbc;

import java.sql.Connection;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.ConnectionInfo;
import net.ttddyy.dsproxy.proxy.ProxyConfig;
import net.ttddyy.dsproxy.proxy.ProxyJdbcObject;
import net.ttddyy.dsproxy.proxy.ResultSetProxyLogicFactory;
import net.ttddyy.dsproxy.proxy.jdk.JdkJdbcProxyFactory;

/**
 * Creates the proxies whose calls are switch points. A data source that returns the connections of
 * another one, which are proxied already, adds no second proxy. Thread-safe.
 */
final class SwitchPointProxies extends JdkJdbcProxyFactory {
  private final SwitchPointJdbcListener listener;

  private SwitchPointProxies(SwitchPointJdbcListener listener) {
    this.listener = listener;
  }

  static DataSource around(DataSource target, String name, SwitchPointJdbcListener listener) {
    SwitchPointProxies proxies = new SwitchPointProxies(listener);
    ResultSetProxyLogicFactory fetches = listener.resultSets();
    return proxies.createDataSource(
        target,
        ProxyConfig.Builder.create()
            .dataSourceName(name)
            .jdbcProxyFactory(proxies)
            .methodListener(listener)
            .queryListener(listener)
            .resultSetProxyLogicFactory(fetches)
            .generatedKeysProxyLogicFactory(fetches)
            .build());
  }

  @Override
  public Connection createConnection(
      Connection connection, ConnectionInfo info, ProxyConfig config) {
    if (connection instanceof ProxyJdbcObject proxy && listens(proxy.getProxyConfig())) {
      config.getConnectionIdManager().addClosedId(info.getConnectionId()); // no proxy closes it
      return connection;
    }
    return super.createConnection(connection, info, config);
  }

  private boolean listens(ProxyConfig config) {
    return config.getMethodListener().getListeners().contains(listener);
  }
}
