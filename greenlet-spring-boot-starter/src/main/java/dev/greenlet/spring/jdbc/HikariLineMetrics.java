package dev.greenlet.spring.jdbc;

import com.zaxxer.hikari.metrics.IMetricsTracker;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.metrics.PoolStats;
import java.util.function.IntSupplier;

/**
 * Lets the meters of HikariCP count those in the line before the pool as pending.
 *
 * @param meters makes the meters
 * @param inLine how many stand in the line
 */
record HikariLineMetrics(MetricsTrackerFactory meters, IntSupplier inLine)
    implements MetricsTrackerFactory {

  @Override
  public IMetricsTracker create(String poolName, PoolStats stats) {
    return meters.create(poolName, new WithLine(stats, inLine));
  }

  private static final class WithLine extends PoolStats {
    private final PoolStats pool;
    private final IntSupplier inLine;

    WithLine(PoolStats pool, IntSupplier inLine) {
      super(0); // milliseconds for which the numbers are kept; the pool keeps its own
      this.pool = pool;
      this.inLine = inLine;
    }

    @Override
    protected void update() {
      totalConnections = pool.getTotalConnections();
      idleConnections = pool.getIdleConnections();
      activeConnections = pool.getActiveConnections();
      pendingThreads = pool.getPendingThreads() + inLine.getAsInt();
      maxConnections = pool.getMaxConnections();
      minConnections = pool.getMinConnections();
    }
  }
}
