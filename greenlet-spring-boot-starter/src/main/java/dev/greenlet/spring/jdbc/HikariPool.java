package dev.greenlet.spring.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pool of HikariCP, which starts with its first connection, and may have no name before that and
 * has no numbers.
 */
record HikariPool(HikariDataSource dataSource) implements Pool, DriverConfig {
  private static final int DEFAULT_MAXIMUM = 10;
  private static final Pattern WAITING = Pattern.compile("waiting=\\d+\\)$");

  @Override
  public @Nullable String name() {
    return dataSource.getPoolName();
  }

  @Override
  public int maximum() {
    int maximum = dataSource.getMaximumPoolSize();
    return maximum < 1 ? DEFAULT_MAXIMUM : maximum;
  }

  @Override
  public Duration connectionTimeout() {
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

  /** Corrects the numbers at the end of the message of a timeout. */
  @Override
  public SQLException explain(SQLException failure, IntSupplier pending) {
    String message = failure.getMessage();
    Matcher waiting = message == null ? null : WAITING.matcher(message);
    if (!(failure instanceof SQLTransientConnectionException)
        || waiting == null
        || !waiting.find()) {
      return failure;
    }
    SQLException counted =
        new SQLTransientConnectionException(
            waiting.replaceFirst("waiting=" + pending.getAsInt() + ")"),
            failure.getSQLState(),
            failure.getErrorCode(),
            failure.getCause());
    counted.setStackTrace(failure.getStackTrace());
    if (failure.getNextException() != null) {
      counted.setNextException(failure.getNextException());
    }
    return counted;
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
