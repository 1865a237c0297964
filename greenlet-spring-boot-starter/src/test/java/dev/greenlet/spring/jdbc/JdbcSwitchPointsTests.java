package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.WaitReason;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.inspect.GreenletSnapshot;
import dev.greenlet.inspect.Inspector;
import dev.greenlet.spring.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.proxy.ProxyJdbcObject;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.util.PSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

@Timeout(60)
@SuppressWarnings("try") // a barrier only has to be open
class JdbcSwitchPointsTests {
  private static final int KEY = 4711;
  private static final SwitchPointJdbcListener LISTENER = new SwitchPointJdbcListener();

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void waitsInTheDatabaseOverlapOnOneHubAndShowTheirSql(EngineChoice engine) throws Exception {
    int greenlets = 10;
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("overlap", greenlets)) {
      DataSource dataSource = switching(pool);
      List<GreenletTask<Integer>> tasks;
      try (TestPostgres.Barrier barrier = TestPostgres.barrier(KEY)) {
        tasks =
            IntStream.range(0, greenlets)
                .mapToObj(i -> onHub(runtime, () -> waitAtBarrier(dataSource, i)))
                .toList();

        await()
            .untilAsserted(
                () ->
                    assertThat(reasons(runtime))
                        .hasSize(greenlets)
                        .containsOnly(
                            new WaitReason(
                                "jdbc", "select ?, pg_advisory_xact_lock_shared(?), ?")));
      }
      for (int i = 0; i < greenlets; i++) {
        assertThat(tasks.get(i).get()).isEqualTo(i);
      }
      assertThat(runtime.awaitQuiescence(Duration.ofSeconds(10))).isTrue();
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void theWaitForMoreRowsIsShownWithItsSql(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("fetch", 1)) {
      DataSource dataSource = switching(pool);
      GreenletTask<Integer> task;
      try (TestPostgres.Barrier barrier = TestPostgres.barrier(KEY)) {
        task = onHub(runtime, () -> fetchThreeRowsOneByOne(dataSource));

        awaitReason(
            task,
            "fetch select case when i = ? then pg_advisory_xact_lock_shared(?) end"
                + " from generate_series(?) i");
      }
      assertThat(task.get()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void readingRowsInMemoryIsNoSwitchPoint(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("getters", 1)) {
      DataSource dataSource = switching(pool);
      GreenletTask<List<Long>> task =
          onHub(
              runtime,
              () -> {
                try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select 'x' as x")) {
                  rows.next();
                  long before = Greenlets.current().switches();
                  for (int i = 0; i < 100; i++) {
                    rows.getString("x");
                  }
                  long between = Greenlets.current().switches();
                  rows.next();
                  return List.of(between - before, Greenlets.current().switches() - between);
                }
              });

      assertThat(task.get()).as("nor fetching from memory").isEqualTo(List.of(0L, 0L));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void theWaitForThePoolNamesThePool(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("tight", 1)) {
      DataSource dataSource = switching(pool);
      GreenletTask<Integer> task;
      try (Connection taken = pool.getConnection()) {
        task = onHub(runtime, () -> one(dataSource));

        awaitReason(task, "getConnection tight");
        assertThat(onHub(runtime, () -> 42).get()).as("others run meanwhile").isEqualTo(42);
      }
      assertThat(task.get()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aKilledGreenletDoesNotGetAConnection(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine)) {
      AtomicInteger asked = new AtomicInteger();
      DataSource dataSource =
          switching(
              new DelegatingDataSource(TestPostgres.dataSource()) {
                @Override
                public Connection getConnection() throws SQLException {
                  asked.incrementAndGet();
                  return super.getConnection();
                }
              });
      CountDownLatch atGate = new CountDownLatch(1);
      CountDownLatch gate = new CountDownLatch(1);
      GreenletTask<Integer> task =
          onHub(
              runtime,
              () -> {
                atGate.countDown();
                gate.await();
                return one(dataSource);
              });
      atGate.await();
      task.kill("enough");
      gate.countDown();

      assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
      assertThat(asked).hasValue(0);
      assertThat(onHub(runtime, () -> one(dataSource)).get()).as("others do").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aGreenletKilledInTheDatabaseRollsBackAndReturnsItsConnection(EngineChoice engine)
      throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("killed", 1)) {
      DataSource dataSource = switching(pool);
      String table = "killed_" + engine.name().toLowerCase(Locale.ROOT);
      new JdbcTemplate(pool).execute("create table " + table + " (id int)");
      GreenletTask<Integer> task;
      try (TestPostgres.Barrier barrier = TestPostgres.barrier(KEY)) {
        task =
            onHub(
                runtime,
                () -> {
                  try (Connection connection = dataSource.getConnection()) {
                    connection.setAutoCommit(false);
                    try (Statement statement = connection.createStatement()) {
                      statement.executeUpdate("insert into " + table + " values (1)");
                      statement.execute("select pg_advisory_xact_lock_shared(" + KEY + ")");
                      statement.executeUpdate("insert into " + table + " values (2)");
                      connection.commit();
                      return 1;
                    } catch (SQLException | Error failure) {
                      connection.rollback();
                      throw failure;
                    }
                  }
                });
        awaitReason(task, "select pg_advisory_xact_lock_shared(?)");
        task.kill("enough");
      }
      assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
      assertPoolIsWhole(pool);
      assertThat(rows(pool, table)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aKillDuringCleanUpNeitherLeaksAConnectionNorLeavesATransactionOpen(EngineChoice engine)
      throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("cleaning", 1)) {
      DataSource dataSource = switching(pool);
      String table = "cleaning_" + engine.name().toLowerCase(Locale.ROOT);
      new JdbcTemplate(pool).execute("create table " + table + " (id int)");
      CountDownLatch written = new CountDownLatch(1);
      CountDownLatch killed = new CountDownLatch(1);
      GreenletTask<Boolean> task =
          onHub(
              runtime,
              () -> {
                Connection connection = dataSource.getConnection();
                connection.setAutoCommit(false);
                Statement statement = connection.createStatement();
                ResultSet rows =
                    statement.executeQuery("insert into " + table + " values (1) returning id");
                written.countDown();
                killed.await();
                rows.close();
                statement.close();
                connection.commit();
                connection.setAutoCommit(true);
                connection.close();
                return connection.isClosed();
              });
      written.await();
      task.kill("enough");
      killed.countDown();

      task.join();
      assertPoolIsWhole(pool);
      assertThat(rows(pool, table)).as("committed").isOne();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void anExceptionOfTheDatabaseIsThrownAndTheLaneIsHeldAgain(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("throwing", 1, Duration.ofMillis(250))) {
      DataSource dataSource = switching(pool);
      IllegalStateException mine = new IllegalStateException("mine");
      DataSource broken =
          switching(
              new DelegatingDataSource(pool) {
                @Override
                public Connection getConnection() {
                  throw mine;
                }
              });
      GreenletTask<Boolean> task =
          onHub(
              runtime,
              () -> {
                assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(broken::getConnection)
                    .isSameAs(mine);
                try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                  assertThatExceptionOfType(PSQLException.class)
                      .isThrownBy(() -> statement.executeQuery("select nonsense"))
                      .satisfies(failure -> assertThat(failure.getSQLState()).isEqualTo("42703"));
                  assertThatExceptionOfType(PSQLException.class)
                      .isThrownBy(() -> connection.prepareStatement("select ?").executeQuery());
                  assertThatExceptionOfType(SQLTransientConnectionException.class)
                      .isThrownBy(dataSource::getConnection);
                }
                assertThat(Greenlets.current().waitingOn()).isNull();
                Greenlets.moveTo(runtime.sharedLane()); // rejected inside of a switch point
                return true;
              });
      assertThat(task.get()).isTrue();
      assertPoolIsWhole(pool);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void delegatingDataSourcesMayBeProxiedAsWell(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("nested", 1)) {
      DataSource inner = switching(pool);
      AbstractRoutingDataSource routing =
          new AbstractRoutingDataSource() {
            @Override
            protected Object determineCurrentLookupKey() {
              return "only";
            }
          };
      routing.setTargetDataSources(Map.of("only", inner));
      routing.afterPropertiesSet();
      DataSource routed = switching(routing);
      DataSource delegating = switching(new DelegatingDataSource(inner));
      DataSource lazy = switching(new LazyConnectionDataSourceProxy(inner));
      GreenletTask<List<Integer>> task =
          onHub(runtime, () -> List.of(one(routed), one(delegating), one(lazy)));

      assertThat(task.get()).containsExactly(1, 1, 1);
      try (Connection connection = routed.getConnection()) {
        assertThat(((ProxyJdbcObject) connection).getTarget())
            .isNotInstanceOf(ProxyJdbcObject.class);
      }
      GreenletTask<Integer> waiting;
      try (TestPostgres.Barrier barrier = TestPostgres.barrier(KEY)) {
        waiting = onHub(runtime, () -> waitAtBarrier(lazy, 5));
        awaitReason(waiting, "select ?, pg_advisory_xact_lock_shared(?), ?");
      }
      assertThat(waiting.get()).isEqualTo(5);
      assertPoolIsWhole(pool);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aBatchShowsItsSize(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("batch", 1)) {
      DataSource dataSource = switching(pool);
      GreenletTask<Integer> task;
      try (TestPostgres.Barrier barrier = TestPostgres.barrier(KEY)) {
        task =
            onHub(
                runtime,
                () -> {
                  try (Connection connection = dataSource.getConnection();
                      PreparedStatement statement =
                          connection.prepareStatement(
                              "insert into pg_temp.batched select"
                                  + " length(pg_advisory_xact_lock_shared(?)::text)")) {
                    try (Statement setUp = connection.createStatement()) {
                      setUp.execute("create temp table batched (id int)");
                    }
                    for (int i = 0; i < 2; i++) {
                      statement.setInt(1, KEY);
                      statement.addBatch();
                    }
                    return statement.executeBatch().length;
                  }
                });
        awaitReason(
            task,
            "batch of 2: insert into pg_temp.batched select"
                + " length(pg_advisory_xact_lock_shared(?)::text)");
      }
      assertThat(task.get()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void springsTemplateThrowsTheExitUnchanged(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("template", 1)) {
      JdbcTemplate template = new JdbcTemplate(switching(pool));
      AtomicInteger exits = new AtomicInteger();
      try (TestPostgres.Barrier barrier = TestPostgres.barrier(KEY)) {
        GreenletTask<Boolean> task =
            onHub(
                runtime,
                () -> {
                  try {
                    template.query("select pg_advisory_xact_lock_shared(?)", row -> {}, KEY);
                    return true;
                  } catch (GreenletExit exit) {
                    exits.incrementAndGet();
                    throw exit;
                  }
                });
        awaitReason(task, "select pg_advisory_xact_lock_shared(?)");
        task.kill("enough");
        assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
      }
      assertThat(exits).hasValue(1);
      assertPoolIsWhole(pool);
    }
  }

  private static GreenletRuntime runtime(EngineChoice engine) {
    return GreenletRuntime.builder().engine(engine).hubs(1).build();
  }

  private static <T> GreenletTask<T> onHub(GreenletRuntime runtime, Callable<T> body) {
    return runtime.spawn(SpawnOptions.defaults().on(runtime.hubs().getFirst()), body);
  }

  private static DataSource switching(DataSource dataSource) {
    return (DataSource)
        new SwitchPointDataSourcePostProcessor(() -> LISTENER, () -> new PoolGates(true, Map.of()))
            .postProcessAfterInitialization(dataSource, "dataSource");
  }

  private static int waitAtBarrier(DataSource dataSource, int number) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "select ?, pg_advisory_xact_lock_shared(" + KEY + "), 'top secret'")) {
      statement.setInt(1, number);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }

  private static int fetchThreeRowsOneByOne(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(1);
        int count = 0;
        try (ResultSet rows =
            statement.executeQuery(
                "select case when i = 2 then pg_advisory_xact_lock_shared("
                    + KEY
                    + ") end from generate_series(1, 3) i")) {
          while (rows.next()) {
            count++;
          }
        }
        return count;
      } finally {
        connection.rollback();
      }
    }
  }

  private static int one(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select 1")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static int rows(DataSource dataSource, String table) {
    Integer count =
        new JdbcTemplate(dataSource).queryForObject("select count(*) from " + table, Integer.class);
    return Objects.requireNonNull(count);
  }

  private static void assertPoolIsWhole(HikariDataSource pool) {
    assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
  }

  private static List<WaitReason> reasons(GreenletRuntime runtime) {
    return new Inspector(runtime)
        .forest().greenlets().stream().map(GreenletSnapshot::waitingOn).toList();
  }

  private static void awaitReason(GreenletTask<?> task, String detail) {
    await()
        .untilAsserted(
            () -> assertThat(task.waitingOn()).isEqualTo(new WaitReason("jdbc", detail)));
  }
}
