package dev.greenlet.spring;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/** A real PostgreSQL, started once for all tests of the JVM and stopped with it. */
public final class TestPostgres {
  private static final Duration PATIENCE = Duration.ofSeconds(60); // on a busy machine

  private TestPostgres() {}

  /** Connections straight from the driver. */
  public static DataSource dataSource() {
    return Server.POSTGRES.getPostgresDatabase();
  }

  public static String url() {
    return Server.POSTGRES.getJdbcUrl("postgres", "postgres");
  }

  /** Where it listens on the loopback interface. */
  public static int port() {
    return Server.POSTGRES.getPort();
  }

  public static HikariDataSource pool(String name, int size) {
    return pool(name, size, Duration.ofSeconds(30));
  }

  /** A pool that gives up waiting for a connection after a time. */
  public static HikariDataSource pool(String name, int size, Duration patience) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(url());
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(patience.toMillis());
    return new HikariDataSource(config);
  }

  /**
   * Lets whoever asks for the same advisory lock wait until it is closed.
   *
   * @param key the lock
   */
  public static Barrier barrier(int key) throws SQLException {
    Connection connection = dataSource().getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("select pg_advisory_lock(" + key + ")");
    }
    return connection::close;
  }

  /** What holds the lock. */
  @FunctionalInterface
  public interface Barrier extends AutoCloseable {
    @Override
    void close() throws SQLException;
  }

  private static final class Server {
    static final EmbeddedPostgres POSTGRES = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder().setPGStartupWait(PATIENCE).start();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
