package dev.greenlet.spring.jdbc;

import java.time.Duration;
import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.jspecify.annotations.Nullable;

/** A pool of Tomcat JDBC. */
record TomcatPool(DataSourceProxy dataSource) implements Pool, DriverConfig {
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  @Override
  public @Nullable String name() {
    return dataSource.getPoolProperties().getName();
  }

  @Override
  public int maximum() {
    return dataSource.getMaxActive();
  }

  @Override
  public Duration connectionTimeout() {
    int millis = dataSource.getMaxWait();
    return millis < 0 ? ENDLESS : Duration.ofMillis(millis);
  }

  @Override
  public boolean reclaimsAbandoned() {
    return dataSource.isRemoveAbandoned();
  }

  @Override
  public Numbers numbers() {
    return new Numbers(
        dataSource.getSize(),
        dataSource.getActive(),
        dataSource.getIdle(),
        dataSource.getWaitCount());
  }

  @Override
  public @Nullable String url() {
    return dataSource.getUrl();
  }

  /** Returns {@code false}: the pool reads the properties for each connection. */
  @Override
  public boolean isStarted() {
    return false;
  }

  @Override
  public boolean has(String property) {
    return dataSource.getDbProperties().containsKey(property);
  }

  @Override
  public void set(String property, String value) {
    dataSource.getDbProperties().setProperty(property, value);
  }
}
