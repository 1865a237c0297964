package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.database.TestDatabase;
import dev.greenlet.spring.database.TestDatabases;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class QueryTimeoutTests {

  static List<TestDatabase> databases() {
    return TestDatabases.found();
  }

  @ParameterizedTest
  @MethodSource("databases")
  void aQueryThatTimesOutFailsAndItsConnectionStaysUsable(TestDatabase database) throws Exception {
    try (HikariDataSource pool = new HikariDataSource();
        GreenletRuntime nativeRuntime = runtime(EngineChoice.NATIVE);
        GreenletRuntime portableRuntime = runtime(EngineChoice.PORTABLE)) {
      pool.setJdbcUrl(database.plainUrl());
      pool.setUsername(database.user());
      pool.setPassword(database.password());
      pool.setMaximumPoolSize(2);
      new DriverSockets().configure(pool, "timeout");
      SwitchPointJdbcListener listener = new SwitchPointJdbcListener();
      DataSource dataSource =
          (DataSource)
              new SwitchPointDataSourcePostProcessor(
                      () -> listener, () -> new PoolGates(true, Map.of()))
                  .postProcessAfterInitialization(pool, "timeout");
      List<GreenletTask<Integer>> tasks =
          List.of(
              onHub(nativeRuntime, dataSource, database),
              onHub(portableRuntime, dataSource, database));
      for (GreenletTask<Integer> task : tasks) {
        assertThat(task.get()).isEqualTo(7);
      }
    }
  }

  private static GreenletRuntime runtime(EngineChoice engine) {
    return GreenletRuntime.builder().engine(engine).hubs(1).build();
  }

  private static GreenletTask<Integer> onHub(
      GreenletRuntime runtime, DataSource dataSource, TestDatabase database) {
    return runtime.spawn(
        SpawnOptions.defaults().on(runtime.hubs().getFirst()), () -> use(dataSource, database));
  }

  private static int use(DataSource dataSource, TestDatabase database) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> statement.executeQuery(database.dialect().sleepLong()));
      statement.setQueryTimeout(0);
      try (ResultSet row = statement.executeQuery("select 7")) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
