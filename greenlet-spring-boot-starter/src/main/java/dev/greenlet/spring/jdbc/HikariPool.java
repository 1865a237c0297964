package dev.greenlet.spring.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** HikariCP, which starts with the first connection and has neither a name nor numbers before. */
record HikariPool(HikariDataSource dataSource) implements Pool, DriverConfig {
  private static final int MAXIMUM_UNLESS_SET = 10;

  @Override
  public @Nullable String name() {
    return dataSource.getPoolName();
  }

  @Override
  public int maximum() {
    int maximum = dataSource.getMaximumPoolSize();
    return maximum < 1 ? MAXIMUM_UNLESS_SET : maximum;
  }

  @Override
  public Duration patience() {
    return Duration.ofMillis(dataSource.getConnectionTimeout());
  }

  @Override
  public Numbers numbers() {
    HikariPoolMXBean pool = dataSource.getHikariPoolMXBean();
    return pool == null
        ? new Numbers(0, 0, 0, 0)
        : new Numbers(
            pool.getTotalConnections(),
            pool.getActiveConnections(),
            pool.getIdleConnections(),
            pool.getThreadsAwaitingConnection());
  }

  @Override
  public @Nullable String url() {
    return dataSource.getJdbcUrl();
  }

  @Override
  public boolean isStarted() {
    return dataSource.getHikariPoolMXBean() != null;
  }

  @Override
  public boolean has(String property) {
    return dataSource.getDataSourceProperties().containsKey(property);
  }

  @Override
  public void set(String property, String value) {
    dataSource.addDataSourceProperty(property, value);
  }
}
