package dev.greenlet.spring.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import org.springframework.beans.DirectFieldAccessor;

/**
 * The field of a {@link HikariDataSource} from which Boot's metadata reads the numbers of
 * connections. HikariCP sets it once, when the pool starts; the proxy inherits the field, which
 * nothing else sets.
 */
final class HikariPoolField implements PoolField {
  private static final String NAME = "pool";

  private final HikariDataSource dataSource;
  private volatile boolean copied;

  HikariPoolField(HikariDataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public void copyTo(Object proxy) {
    if (copied) {
      return;
    }
    HikariPoolMXBean pool = dataSource.getHikariPoolMXBean();
    if (pool != null) {
      DirectFieldAccessor fields = new DirectFieldAccessor(proxy); // as Boot reads it
      if (fields.isWritableProperty(NAME)) {
        fields.setPropertyValue(NAME, pool);
      }
      copied = true;
    }
  }
}
