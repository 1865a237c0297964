package dev.greenlet.spring.jdbc;

import java.util.Map;
import javax.sql.DataSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Makes the gates before pooled data sources: lines in which greenlets and threads wait for their
 * connections, first come first served. A pool is one of HikariCP, Tomcat or Commons DBCP 2, or any
 * other data source for which a width is given.
 *
 * <p>Thread-safe.
 */
public final class PoolGates {
  private static final Log logger = LogFactory.getLog(PoolGates.class);

  private final boolean enabled;
  private final Map<String, Integer> widths;

  /**
   * Creates the maker of gates.
   *
   * @param enabled whether there are gates at all
   * @param widths how many a gate lets through at most, at least 1, by the name of the data
   *     source's bean; without one as many as the pool has connections
   */
  public PoolGates(boolean enabled, Map<String, Integer> widths) {
    this.enabled = enabled;
    this.widths = Map.copyOf(widths);
  }

  /** What stands before a data source. */
  Gate before(DataSource dataSource, String beanName, Loans loans) {
    Integer width = widths.get(beanName);
    Pool found = Pools.find(dataSource);
    Pool pool = found != null || width == null ? found : new UnknownPool(width);
    if (!enabled || pool == null || pool.maximum() == Integer.MAX_VALUE) {
      return Gate.OPEN;
    }
    if (pool.takesBack()) {
      logger.info(
          "There is no line before the pool of '%s': it takes abandoned connections back, which nobody else can see"
              .formatted(beanName));
      return Gate.OPEN;
    }
    if (width != null && width > pool.maximum()) {
      logger.warn(
          "'greenlet.jdbc.gate-width.%s' is %d, but its pool has at most %d connections: the line before it is as wide as the pool"
              .formatted(beanName, width, pool.maximum()));
    }
    return new PoolGate(pool, beanName, width == null ? Integer.MAX_VALUE : width, loans);
  }
}
