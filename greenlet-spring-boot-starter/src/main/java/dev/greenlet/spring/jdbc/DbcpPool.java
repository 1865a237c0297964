package dev.greenlet.spring.jdbc;

import java.time.Duration;
import org.apache.commons.dbcp2.BasicDataSource;
import org.jspecify.annotations.Nullable;

/**
 * Commons DBCP 2, which has no name, and tells neither how many wait nor what it tells its driver.
 */
record DbcpPool(BasicDataSource dataSource) implements Pool {
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  @Override
  public @Nullable String name() {
    return null;
  }

  @Override
  public int maximum() {
    int maximum = dataSource.getMaxTotal();
    return maximum < 0 ? Integer.MAX_VALUE : maximum;
  }

  @Override
  public Duration patience() {
    Duration longest = dataSource.getMaxWaitDuration();
    return longest.isNegative() ? ENDLESS : longest;
  }

  @Override
  public boolean takesBack() {
    return dataSource.getRemoveAbandonedOnBorrow() || dataSource.getRemoveAbandonedOnMaintenance();
  }

  @Override
  public Numbers numbers() {
    int active = dataSource.getNumActive();
    int idle = dataSource.getNumIdle();
    return new Numbers(active + idle, active, idle, 0);
  }
}
