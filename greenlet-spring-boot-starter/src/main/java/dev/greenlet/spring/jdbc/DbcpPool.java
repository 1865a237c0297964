package dev.greenlet.spring.jdbc;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.commons.dbcp2.BasicDataSource;
import org.jspecify.annotations.Nullable;

/**
 * A pool of Commons DBCP 2, which has no name, and exposes neither the number of waiters nor the
 * properties of its driver.
 */
record DbcpPool(BasicDataSource dataSource) implements Pool {
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);
  private static final WaitReason START = new WaitReason(WaitReason.JDBC, "the start of the pool");

  @Override
  public @Nullable String name() {
    return null;
  }

  @Override
  public int maximum() {
    int maximum = unlocked(dataSource::getMaxTotal);
    return maximum < 0 ? Integer.MAX_VALUE : maximum;
  }

  @Override
  public Duration connectionTimeout() {
    Duration longest = unlocked(dataSource::getMaxWaitDuration);
    return longest.isNegative() ? ENDLESS : longest;
  }

  /**
   * Reads a setting at a switch point, as the pool holds its lock while it makes its first
   * connection. No kill is delivered there: the greenlet may be returning a connection.
   */
  private static <T> T unlocked(Supplier<T> setting) {
    try (SwitchPoint _ = SwitchPoint.enterMidExchange(START)) {
      return setting.get();
    }
  }

  @Override
  public boolean reclaimsAbandoned() {
    return dataSource.getRemoveAbandonedOnBorrow() || dataSource.getRemoveAbandonedOnMaintenance();
  }

  @Override
  public Numbers numbers() {
    int active = dataSource.getNumActive();
    int idle = dataSource.getNumIdle();
    return new Numbers(active + idle, active, idle, 0);
  }
}
