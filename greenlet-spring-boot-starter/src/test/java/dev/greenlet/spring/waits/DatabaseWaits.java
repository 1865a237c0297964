package dev.greenlet.spring.waits;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.reactive.Publishers;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.jdbc.PoolGates;
import dev.greenlet.spring.jdbc.SwitchPointDataSourcePostProcessor;
import dev.greenlet.spring.jdbc.SwitchPointJdbcListener;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Waits in and for the database. */
final class DatabaseWaits {
  private static final AtomicInteger LAST_KEY = new AtomicInteger(7_000);

  private DatabaseWaits() {}

  private static String lock(int key) {
    return "select 1 from (select pg_advisory_lock(" + key + ")) as barrier";
  }

  /** A statement that waits for a lock, which whoever calls holds until the end. */
  private abstract static class AtBarrier extends Wait {
    final int key = LAST_KEY.incrementAndGet();
    private final TestPostgres.Barrier barrier = TestPostgres.barrier(key);

    AtBarrier() throws SQLException {}

    @Override
    boolean isReached() {
      Integer waiting =
          new JdbcTemplate(TestPostgres.dataSource())
              .queryForObject(
                  "select count(*) from pg_locks where not granted and objid = ?",
                  Integer.class,
                  key);
      return waiting != null && waiting > 0;
    }

    @Override
    void end(Thread waiting) throws Exception {
      barrier.close();
    }
  }

  static Wait statement() throws SQLException {
    HikariDataSource pool = TestPostgres.pool("statement", 1);
    DataSource dataSource = switching(pool);
    return new AtBarrier() {
      @Override
      void begin() {
        new JdbcTemplate(dataSource).queryForObject(lock(key), Integer.class);
      }

      @Override
      void release() {
        pool.close();
      }
    };
  }

  static Wait plainStatement() throws SQLException {
    return new AtBarrier() {
      @Override
      void begin() {
        new JdbcTemplate(TestPostgres.dataSource()).queryForObject(lock(key), Integer.class);
      }
    };
  }

  static Wait pool() throws SQLException {
    HikariDataSource pool = TestPostgres.pool("exhausted", 1);
    DataSource dataSource = switching(pool);
    java.sql.Connection only = dataSource.getConnection();
    return new Wait() {
      @Override
      void begin() throws Exception {
        dataSource.getConnection().close();
      }

      @Override
      void end(Thread waiting) throws Exception {
        only.close();
      }

      @Override
      void release() {
        pool.close();
      }
    };
  }

  static Wait awaitedR2dbc() throws SQLException {
    ConnectionFactory connections =
        ConnectionFactories.get(
            TestPostgres.url()
                .replaceAll(
                    "jdbc:postgresql://([^/]*)/.*", "r2dbc:postgresql://postgres@$1/postgres"));
    return new AtBarrier() {
      @Override
      void begin() throws Exception {
        Publishers.await(
            Mono.usingWhen(
                connections.create(),
                connection ->
                    Flux.from(connection.createStatement(lock(key)).execute())
                        .flatMap(result -> result.map((row, metadata) -> row.get(0, Integer.class)))
                        .next(),
                Connection::close));
      }
    };
  }

  private static DataSource switching(DataSource dataSource) {
    SwitchPointJdbcListener listener = new SwitchPointJdbcListener();
    return (DataSource)
        new SwitchPointDataSourcePostProcessor(() -> listener, () -> new PoolGates(true, Map.of()))
            .postProcessAfterInitialization(dataSource, "dataSource");
  }
}
