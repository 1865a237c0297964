package dev.greenlet.spring.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.spring.database.TestDatabase;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;

/** The known pools, each created with a minimum of settings. */
enum PoolKind {
  HIKARI {
    @Override
    DataSource make(TestDatabase database, String url, int size) {
      HikariDataSource pool = new HikariDataSource();
      pool.setJdbcUrl(url);
      pool.setUsername(database.user());
      pool.setPassword(database.password());
      pool.setMaximumPoolSize(size);
      return pool;
    }
  },
  TOMCAT {
    @Override
    DataSource make(TestDatabase database, String url, int size) {
      org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
      pool.setUrl(url);
      pool.setUsername(database.user());
      pool.setPassword(database.password());
      pool.setInitialSize(0);
      pool.setMinIdle(0);
      pool.setMaxActive(size);
      pool.setMaxIdle(size);
      pool.setTestOnBorrow(true);
      pool.setValidationInterval(0);
      return pool;
    }
  },
  DBCP {
    @Override
    DataSource make(TestDatabase database, String url, int size) {
      BasicDataSource pool = new BasicDataSource();
      pool.setUrl(url);
      pool.setUsername(database.user());
      pool.setPassword(database.password());
      pool.setMaxTotal(size);
      return pool;
    }
  };

  /** Creates a pool that has not started. */
  abstract DataSource make(TestDatabase database, String url, int size);
}
