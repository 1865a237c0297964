package dev.greenlet.spring.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.proxy.ProxyJdbcObject;
import net.ttddyy.dsproxy.support.ProxyDataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.apache.tomcat.jdbc.pool.PooledConnection;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/**
 * Finds the pool that a data source is, or that it wraps. A pool that has a switching proxy is not
 * found: it has its gate already. Thread-safe.
 */
final class Pools {
  private static final boolean HIKARI = isPresent("com.zaxxer.hikari.HikariDataSource");
  private static final boolean TOMCAT = isPresent("org.apache.tomcat.jdbc.pool.DataSourceProxy");
  private static final boolean DBCP = isPresent("org.apache.commons.dbcp2.BasicDataSource");

  private Pools() {}

  private static boolean isPresent(String type) {
    return ClassUtils.isPresent(type, Pools.class.getClassLoader());
  }

  static @Nullable Pool find(DataSource dataSource) {
    return switch (dataSource) {
      case DataSource switching when SwitchPointDataSourcePostProcessor.isProxied(switching) ->
          null;
      case ProxyJdbcObject proxy when proxy.getTarget() instanceof DataSource target ->
          find(target);
      case ProxyDataSource proxy -> find(proxy.getDataSource());
      default -> known(dataSource);
    };
  }

  /** Returns the field that the proxy of a data source has to expose. */
  static PoolField field(DataSource dataSource) {
    return HIKARI && !AopUtils.isAopProxy(dataSource) ? Hikari.field(dataSource) : PoolField.NONE;
  }

  /**
   * Returns a factory of the meters of a pool that also count the queue in front of it.
   *
   * @param meters the factory of HikariCP, or any other object, which is returned unchanged
   */
  static @Nullable Object countQueue(@Nullable Object meters, Gate gate) {
    return HIKARI ? Hikari.countQueue(meters, gate) : meters;
  }

  /**
   * Makes the pool of Tomcat discard a connection when it is returned; it would lend it again in
   * any state. HikariCP and Commons DBCP 2 detect by themselves that it is closed.
   */
  static void discard(Connection lent) throws SQLException {
    if (TOMCAT) {
      Tomcat.discard(lent);
    }
  }

  private static @Nullable Pool known(DataSource dataSource) {
    Pool pool = HIKARI ? Hikari.of(dataSource) : null;
    if (pool == null && TOMCAT) {
      pool = Tomcat.of(dataSource);
    }
    if (pool == null && DBCP) {
      pool = Dbcp.of(dataSource);
    }
    return pool;
  }

  // separate classes, each loaded only if its pool is present

  private static final class Hikari {
    static @Nullable Pool of(DataSource dataSource) {
      return dataSource instanceof HikariDataSource pool ? new HikariPool(pool) : null;
    }

    static PoolField field(DataSource dataSource) {
      return dataSource instanceof HikariDataSource pool
          ? new HikariPoolField(pool)
          : PoolField.NONE;
    }

    static @Nullable Object countQueue(@Nullable Object meters, Gate gate) {
      return meters instanceof MetricsTrackerFactory factory
          ? new HikariQueueMetrics(factory, gate::queued)
          : meters;
    }
  }

  private static final class Tomcat {
    static @Nullable Pool of(DataSource dataSource) {
      return dataSource instanceof DataSourceProxy pool ? new TomcatPool(pool) : null;
    }

    static void discard(Connection lent) throws SQLException {
      if (lent instanceof javax.sql.PooledConnection) { // as are all that the pool lends
        lent.unwrap(PooledConnection.class).setDiscarded(true);
      }
    }
  }

  private static final class Dbcp {
    static @Nullable Pool of(DataSource dataSource) {
      return dataSource instanceof BasicDataSource pool ? new DbcpPool(pool) : null;
    }
  }
}
