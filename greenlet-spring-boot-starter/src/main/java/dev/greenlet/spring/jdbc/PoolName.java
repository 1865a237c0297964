package dev.greenlet.spring.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** What a pool calls itself. */
final class PoolName {
  private static final boolean HIKARI =
      ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource", PoolName.class.getClassLoader());

  private PoolName() {}

  static @Nullable String of(DataSource dataSource) {
    return HIKARI ? Hikari.nameOf(dataSource) : null;
  }

  /** Of its own, so that it is loaded only where HikariCP is. */
  private static final class Hikari {
    static @Nullable String nameOf(DataSource dataSource) {
      return dataSource instanceof HikariDataSource pool ? pool.getPoolName() : null;
    }
  }
}
