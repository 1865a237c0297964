package dev.greenlet.spring.jdbc;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Makes the gates before pooled data sources: queues in which greenlets and threads wait for their
 * connections, first come first served. A pool is one of HikariCP, Tomcat or Commons DBCP 2, or any
 * other data source for which a width is given.
 *
 * <p>Thread-safe.
 */
public final class PoolGates {
  private static final Log logger = LogFactory.getLog(PoolGates.class);

  /** What is done when all connections of a pool are held by those that wait for another one. */
  public enum OnCircle {
    /** One warning names the holders; the waits go on until they time out. */
    WARN,

    /**
     * The borrower that came last fails with a {@link dev.greenlet.DeadlockException} that names
     * the holders, so that the others can continue.
     */
    FAIL
  }

  private final boolean enabled;
  private final Map<String, Integer> widths;
  private final OnCircle onCircle;
  private final Map<String, IntSupplier> pending = new ConcurrentHashMap<>();
  private final List<BiConsumer<String, IntSupplier>> listeners = new CopyOnWriteArrayList<>();

  /**
   * Creates the maker of gates.
   *
   * @param enabled whether there are gates at all
   * @param widths how many a gate lets through at most, at least 1, by the name of the data
   *     source's bean; without one as many as the pool has connections
   * @param onCircle what is done when all connections of a pool are held by those that wait
   */
  public PoolGates(boolean enabled, Map<String, Integer> widths, OnCircle onCircle) {
    this.enabled = enabled;
    this.widths = Map.copyOf(widths);
    this.onCircle = onCircle;
  }

  /**
   * Creates the maker of gates that warn of circles.
   *
   * @param enabled whether there are gates at all
   * @param widths as above
   */
  public PoolGates(boolean enabled, Map<String, Integer> widths) {
    this(enabled, widths, OnCircle.WARN);
  }

  /**
   * Passes on how many wait before each pool that has a gate or gets one later, perhaps more than
   * once. Any thread.
   *
   * @param listener gets the name of the data source's bean, and what counts those that wait for a
   *     connection, in the queue and in the pool, at any time and from any thread
   */
  public void onPending(BiConsumer<String, IntSupplier> listener) {
    listeners.add(listener);
    pending.forEach(listener);
  }

  /** What stands before a data source. */
  Gate before(DataSource dataSource, String beanName, Loans loans) {
    Integer width = widths.get(beanName);
    Pool found = Pools.find(dataSource);
    Pool pool = found != null || width == null ? found : new UnknownPool(width);
    if (!enabled || pool == null || pool.maximum() == Integer.MAX_VALUE) {
      return Gate.OPEN;
    }
    if (pool.reclaimsAbandoned()) {
      logger.info(
          "There is no queue before the pool of '%s': it takes abandoned connections back, which nobody else can see"
              .formatted(beanName));
      return Gate.OPEN;
    }
    if (width != null && width > pool.maximum()) {
      logger.warn(
          "'greenlet.jdbc.gate-width.%s' is %d, but its pool has at most %d connections: the queue before it is as wide as the pool"
              .formatted(beanName, width, pool.maximum()));
    }
    PoolGate gate =
        new PoolGate(
            pool,
            beanName,
            width == null ? Integer.MAX_VALUE : width,
            loans,
            onCircle,
            PoolDeadlockDetector.TIMER);
    pending.put(beanName, gate::pending);
    listeners.forEach(listener -> listener.accept(beanName, gate::pending));
    return gate;
  }
}
