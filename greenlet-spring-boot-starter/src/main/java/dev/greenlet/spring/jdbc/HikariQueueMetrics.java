package dev.greenlet.spring.jdbc;

import com.zaxxer.hikari.metrics.IMetricsTracker;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.metrics.PoolStats;
import java.util.function.IntSupplier;

/**
 * Makes the meters of HikariCP count the borrowers that are queued in front of the pool as pending.
 *
 * @param meters creates the meters
 * @param queued the number of queued borrowers
 */
record HikariQueueMetrics(MetricsTrackerFactory meters, IntSupplier queued)
    implements MetricsTrackerFactory {

  @Override
  public IMetricsTracker create(String poolName, PoolStats stats) {
    return meters.create(poolName, new WithQueue(stats, queued));
  }

  private static final class WithQueue extends PoolStats {
    private final PoolStats pool;
    private final IntSupplier queued;

    WithQueue(PoolStats pool, IntSupplier queued) {
      super(0); // milliseconds for which the numbers are cached; the pool has its own cache
      this.pool = pool;
      this.queued = queued;
    }

    @Override
    protected void update() {
      totalConnections = pool.getTotalConnections();
      idleConnections = pool.getIdleConnections();
      activeConnections = pool.getActiveConnections();
      pendingThreads = pool.getPendingThreads() + queued.getAsInt();
      maxConnections = pool.getMaxConnections();
      minConnections = pool.getMinConnections();
    }
  }
}
