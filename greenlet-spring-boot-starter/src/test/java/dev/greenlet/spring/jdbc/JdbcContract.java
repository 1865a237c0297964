package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.SpawnOptions;
import dev.greenlet.WaitReason;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.database.TestDatabase;
import dev.greenlet.spring.database.TestDatabases;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The contract of JDBC calls, with each available database and driver. A subclass selects the
 * combinations.
 */
@Timeout(120)
abstract class JdbcContract {
  private static final int POOL = 4;
  private static final int ROWS = 2_000;
  private static final Map<String, Integer> TESTED = new LinkedHashMap<>();

  private final Cell cell;
  private GreenletRuntime runtime;
  private HikariDataSource pool;
  private DataSource dataSource;

  /** One combination. */
  record Cell(TestDatabase database, EngineChoice engine, boolean hubSockets, boolean tls) {
    @Override
    public String toString() {
      return "%s, %s engine, %s sockets, %s"
          .formatted(database, engine, hubSockets ? "hub" : "JDK", tls ? "TLS" : "no TLS");
    }
  }

  JdbcContract(Cell cell) {
    this.cell = cell;
  }

  @BeforeEach
  void start() {
    runtime = GreenletRuntime.builder().engine(cell.engine()).hubs(2).build();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(cell.database().url(cell.tls()));
    config.setUsername(cell.database().user());
    config.setPassword(cell.database().password());
    config.setPoolName("contract");
    config.setMaximumPoolSize(POOL);
    config.setMinimumIdle(1);
    HikariDataSource unstarted = new HikariDataSource();
    config.copyStateTo(unstarted);
    if (cell.hubSockets()) {
      new DriverSockets().configure(unstarted, "contract");
      assertThat(unstarted.getDataSourceProperties()).containsKey("socketFactory");
    }
    pool = unstarted;
    SwitchPointJdbcListener listener = new SwitchPointJdbcListener();
    dataSource =
        (DataSource)
            new SwitchPointDataSourcePostProcessor(
                    () -> listener, () -> new PoolGates(true, Map.of()))
                .postProcessAfterInitialization(pool, "contract");
  }

  @AfterEach
  void stop() {
    assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    pool.close();
    runtime.close();
    TESTED.merge(cell.database().name(), 1, Integer::sum);
  }

  @AfterAll
  static void eachAvailableDatabaseWasTested() {
    System.out.println("JDBC contract tests by database: " + TESTED);
    assertThat(new TreeSet<>(TESTED.keySet()))
        .isEqualTo(new TreeSet<>(TestDatabases.found().stream().map(TestDatabase::name).toList()));
  }

  @Test
  void theConnectionIsEncryptedWhereRequested() throws Exception {
    boolean encrypted =
        onHub(0, () -> query(cell.database().dialect().encrypted(), row -> row.getBoolean(1)))
            .get();

    assertThat(encrypted).isEqualTo(cell.tls());
  }

  @Test
  void othersOfTheHubRunDuringAWaitForTheDatabase() throws Exception {
    int key = cell.hashCode() & 0xffff;
    String shape = cell.database().dialect().lock(key).replaceAll("'?\\d+'?(, \\d+)?", "?");
    GreenletTask<Integer> waiting;
    try (Connection holder = pool.getConnection();
        Statement statement = holder.createStatement()) {
      statement.execute(cell.database().dialect().lock(key));
      waiting = onHub(0, () -> lockAndUnlock(key));
      GreenletTask<Integer> waiter = waiting;
      await()
          .untilAsserted(
              () -> assertThat(waiter.waitingOn()).isEqualTo(new WaitReason("jdbc", shape)));
      assertThat(onHub(0, () -> query("select 42", row -> row.getInt(1))).get()).isEqualTo(42);
      statement.execute(cell.database().dialect().unlock(key));
    }
    assertThat(waiting.get()).isEqualTo(1);
  }

  @Test
  void eachGreenletReadsItsOwnWrites() throws Exception {
    onHub(0, () -> update("drop table if exists contract")).get();
    String bytes = cell.database().dialect().bytes();
    onHub(0, () -> update("create table contract (id int primary key, t text, b " + bytes + ")"))
        .get();
    List<GreenletTask<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int id = i;
      tasks.add(onHub(i % 2, () -> writeAndRead(id)));
    }
    int rows = 0;
    for (GreenletTask<Integer> task : tasks) {
      rows += task.get();
    }

    assertThat(rows).isEqualTo(12);
    int count = query("select count(*) from contract", row -> row.getInt(1));
    assertThat(count).isEqualTo(12);
  }

  @Test
  void aFailedTransactionLeavesNothing() throws Exception {
    onHub(0, () -> update("drop table if exists undone")).get();
    onHub(0, () -> update("create table undone (id int primary key)")).get();
    GreenletTask<Boolean> task =
        onHub(
            0,
            () -> {
              try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement()) {
                  statement.executeUpdate("insert into undone values (1)");
                  assertThatExceptionOfType(SQLException.class)
                      .isThrownBy(() -> statement.executeUpdate("insert into undone values (1)"))
                      .satisfies(duplicate -> assertThat(duplicate.getSQLState()).startsWith("23"));
                }
                connection.rollback();
                return true;
              }
            });

    assertThat(task.get()).isTrue();
    int count = query("select count(*) from undone", row -> row.getInt(1));
    assertThat(count).isZero();
  }

  @Test
  void rowsFetchedInPartsAreCompleteWhileOthersFetchTheirs() throws Exception {
    GreenletTask<Long> one = onHub(0, this::sumInParts);
    GreenletTask<Long> two = onHub(0, this::sumInParts);

    assertThat(one.get()).isEqualTo(ROWS * (ROWS + 1L) / 2);
    assertThat(two.get()).isEqualTo(one.get());
  }

  @Test
  void connectionsMoveBetweenHubsTheSharedLaneAndPlainThreads() throws Exception {
    for (int round = 0; round < 5; round++) {
      int value = round;
      Callable<Integer> select = () -> query("select " + value, row -> row.getInt(1));
      assertThat(onHub(0, select).get()).isEqualTo(value);
      assertThat(onHub(1, select).get()).isEqualTo(value);
      assertThat(runtime.spawn(SpawnOptions.defaults().on(runtime.sharedLane()), select).get())
          .isEqualTo(value);
      assertThat(select.call()).isEqualTo(value);
    }
    assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isLessThanOrEqualTo(POOL);
  }

  private <T> GreenletTask<T> onHub(int hub, Callable<T> body) {
    return runtime.spawn(SpawnOptions.defaults().on(runtime.hubs().get(hub)), body);
  }

  private int writeAndRead(int id) throws SQLException {
    byte[] content = new byte[100_000];
    new Random(id).nextBytes(content);
    String text = "Grüße '%d' – \uD83D\uDC0C".formatted(id);
    try (Connection connection = dataSource.getConnection()) {
      try (PreparedStatement insert =
          connection.prepareStatement("insert into contract values (?, ?, ?)")) {
        insert.setInt(1, id);
        insert.setString(2, id % 3 == 0 ? null : text);
        insert.setBytes(3, content);
        insert.executeUpdate();
      }
      try (PreparedStatement select =
          connection.prepareStatement("select t, b from contract where id = ?")) {
        select.setInt(1, id);
        try (ResultSet row = select.executeQuery()) {
          assertThat(row.next()).isTrue();
          assertThat(row.getString(1)).isEqualTo(id % 3 == 0 ? null : text);
          assertThat(row.getBytes(2)).isEqualTo(content);
          assertThat(row.next()).isFalse();
        }
      }
    }
    return 1;
  }

  private long sumInParts() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(100);
        long sum = 0;
        try (ResultSet row = statement.executeQuery(cell.database().dialect().rows(ROWS))) {
          while (row.next()) {
            sum += row.getInt(1);
            assertThat(row.getString(2)).hasSize(100);
          }
        }
        return sum;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  private int lockAndUnlock(int key) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(cell.database().dialect().lock(key));
      return statement.execute(cell.database().dialect().unlock(key)) ? 1 : 0;
    }
  }

  private int update(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private <T> T query(String sql, Row<T> read) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return Objects.requireNonNull(read.of(row));
    }
  }

  private interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }
}
