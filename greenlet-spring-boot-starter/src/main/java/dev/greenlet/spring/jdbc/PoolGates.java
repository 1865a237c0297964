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
 * Creates the gates in front of pools: fair (FIFO) queues in which greenlets and threads wait for
 * their connections. A pool is one of HikariCP, Tomcat or Commons DBCP 2, or any other data source
 * for which a width is configured.
 *
 * <p>Thread-safe; no method blocks.
 */
public final class PoolGates {
  private static final Log logger = LogFactory.getLog(PoolGates.class);

  /** The action if all connections of a pool are held by borrowers that wait for another one. */
  public enum OnDeadlock {
    /** One warning names the holders; they wait until they time out. */
    WARN,

    /**
     * The last borrower fails with a {@link dev.greenlet.DeadlockException} that names the holders,
     * so that the others can continue.
     */
    FAIL
  }

  private final boolean enabled;
  private final Map<String, Integer> widths;
  private final OnDeadlock onDeadlock;
  private final Map<String, IntSupplier> pending = new ConcurrentHashMap<>();
  private final List<BiConsumer<String, IntSupplier>> listeners = new CopyOnWriteArrayList<>();

  /**
   * Creates a factory of gates.
   *
   * @param enabled whether pools have gates
   * @param widths the maximum number of lent connections, at least 1, by the bean name of the data
   *     source; by default the size of the pool
   * @param onDeadlock the action if all connections of a pool are held by borrowers that wait
   */
  public PoolGates(boolean enabled, Map<String, Integer> widths, OnDeadlock onDeadlock) {
    this.enabled = enabled;
    this.widths = Map.copyOf(widths);
    this.onDeadlock = onDeadlock;
  }

  /**
   * Creates a factory of gates that warn of deadlocks.
   *
   * @param enabled whether pools have gates
   * @param widths the maximum number of lent connections, at least 1, by the bean name of the data
   *     source; by default the size of the pool
   */
  public PoolGates(boolean enabled, Map<String, Integer> widths) {
    this(enabled, widths, OnDeadlock.WARN);
  }

  /**
   * Registers a listener that receives the number of waiting borrowers of each pool that has a gate
   * or gets one later, possibly more than once.
   *
   * @param listener receives the bean name of the data source, and a supplier of the number of
   *     borrowers that wait for a connection, in the queue and in the pool, which any thread may
   *     use at any time
   */
  public void onPending(BiConsumer<String, IntSupplier> listener) {
    listeners.add(listener);
    pending.forEach(listener);
  }

  /** Creates the gate of a data source, or returns the open one. */
  Gate gateOf(DataSource dataSource, String beanName, Loans loans) {
    Integer width = widths.get(beanName);
    Pool found = Pools.find(dataSource);
    Pool pool = found != null || width == null ? found : new UnknownPool(width);
    if (!enabled || pool == null || pool.maximum() == Integer.MAX_VALUE) {
      return Gate.OPEN;
    }
    if (pool.reclaimsAbandoned()) {
      logger.info(
          "The pool of '%s' has no queue: it reclaims abandoned connections, which cannot be observed"
              .formatted(beanName));
      return Gate.OPEN;
    }
    if (width != null && width > pool.maximum()) {
      logger.warn(
          "'greenlet.jdbc.gate-width.%s' is %d, but its pool has at most %d connections: the width is that of the pool"
              .formatted(beanName, width, pool.maximum()));
    }
    PoolGate gate =
        new PoolGate(
            pool,
            beanName,
            width == null ? Integer.MAX_VALUE : width,
            loans,
            onDeadlock,
            PoolDeadlockDetector.TIMER);
    pending.put(beanName, gate::pending);
    listeners.forEach(listener -> listener.accept(beanName, gate::pending));
    return gate;
  }
}
