package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.spring.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class DriverSocketsTests {
  private final DriverSockets sockets = new DriverSockets();

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://localhost/db, dev.greenlet.net.HubSocketFactory",
    "jdbc:mariadb://localhost/db, dev.greenlet.net.HubSocketFactory",
    "jdbc:mysql://localhost/db, dev.greenlet.spring.jdbc.MySqlHubSocketFactory",
    "jdbc:mysql://localhost/db?permitMysqlScheme, dev.greenlet.net.HubSocketFactory"
  })
  void eachDriverGetsAFactoryOfItsType(String url, String factory) {
    HikariDataSource pool = pool(url);
    sockets.configure(pool, "pool");

    assertThat(pool.getDataSourceProperties()).containsEntry("socketFactory", factory);
  }

  @Test
  void theDriverTakesItsSocketsFromTheFactory() throws Exception {
    try (HikariDataSource pool = pool(TestPostgres.url())) {
      new DriverSockets(new CountingFactory(), "none").configure(pool, "pool");
      int before = CountingFactory.MADE.get();

      assertWorks(pool);
      assertThat(CountingFactory.MADE.get()).isGreaterThan(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"socketFactory=my.Factory", "a=b&SOCKETFACTORY=my.Factory"})
  void aFactoryInTheUrlIsLeftAlone(String option) {
    HikariDataSource pool = pool("jdbc:postgresql://localhost/db?" + option);
    sockets.configure(pool, "pool");

    assertThat(pool.getDataSourceProperties()).isEmpty();
  }

  @Test
  void aFactoryInThePropertiesIsLeftAlone() {
    HikariDataSource pool = pool("jdbc:postgresql://localhost/db");
    pool.addDataSourceProperty("socketFactory", "my.Factory");
    sockets.configure(pool, "pool");

    assertThat(pool.getDataSourceProperties()).containsEntry("socketFactory", "my.Factory");
  }

  @Test
  void otherDriversAndDataSourcesAreLeftAlone(CapturedOutput output) {
    HikariDataSource pool = pool("jdbc:h2:mem:db");
    sockets.configure(pool, "pool");
    sockets.configure(new HikariDataSource(), "without url");
    sockets.configure(TestPostgres.dataSource(), "no pool");

    assertThat(pool.getDataSourceProperties()).isEmpty();
    assertThat(output).doesNotContain("WARN").doesNotContain("ERROR");
  }

  @Test
  void aStartedPoolIsLogged(CapturedOutput output) throws Exception {
    try (HikariDataSource pool = TestPostgres.pool("early", 1)) {
      sockets.configure(pool, "pool");

      assertThat(output)
          .contains(
              "Connections of 'pool' use sockets of the JDK: the pool was started before it"
                  + " became a bean. For hub sockets, set the driver property"
                  + " socketFactory=dev.greenlet.net.HubSocketFactory");
      assertWorks(pool);
    }
  }

  @Test
  void aFailingFactoryIsLoggedAndNotUsed(CapturedOutput output) throws Exception {
    try (HikariDataSource pool = pool(TestPostgres.url())) {
      new DriverSockets(new FailingFactory(), "none").configure(pool, "pool");

      assertThat(output)
          .contains("Connections of 'pool' use sockets of the JDK", "no sockets today");
      assertWorks(pool);
    }
  }

  @Test
  void thePoolOfTomcatIsConfiguredToo() throws Exception {
    org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
    pool.setUrl(TestPostgres.url());
    pool.setDriverClassName("org.postgresql.Driver");
    pool.setMaxActive(1);
    pool.setInitialSize(1);
    try {
      sockets.configure(pool, "pool");
      assertThat(pool.getDbProperties())
          .containsEntry("socketFactory", "dev.greenlet.net.HubSocketFactory");
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.isValid(5)).isTrue();
      }
    } finally {
      pool.close();
    }
  }

  private static HikariDataSource pool(String url) {
    HikariConfig config = new HikariConfig();
    config.setMaximumPoolSize(1);
    HikariDataSource pool = new HikariDataSource();
    config.copyStateTo(pool);
    pool.setJdbcUrl(url);
    return pool;
  }

  private static void assertWorks(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  /** A factory that counts the sockets of all its instances: drivers create their own. */
  public static class CountingFactory extends SocketFactory {
    static final AtomicInteger MADE = new AtomicInteger();

    @Override
    public Socket createSocket() throws IOException {
      MADE.incrementAndGet();
      return SocketFactory.getDefault().createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw connected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
      throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
      throw connected();
    }

    private static AssertionError connected() {
      return new AssertionError(
          "Drivers ask for sockets that are not connected, to set time limits");
    }
  }

  private static final class FailingFactory extends CountingFactory {
    @Override
    public Socket createSocket() throws IOException {
      throw new IOException("no sockets today");
    }
  }
}
