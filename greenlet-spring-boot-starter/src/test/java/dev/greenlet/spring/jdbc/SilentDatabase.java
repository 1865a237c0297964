package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Deadline;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.database.TestDatabase;
import dev.greenlet.testing.net.Fault;
import dev.greenlet.testing.net.FaultyTcpProxy;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * A database falls silent: it accepts new connections and reads all requests, and answers neither a
 * call nor its cancel. Greenlets that are killed or whose deadline expires end nevertheless while
 * it is silent, and the pool is intact when it answers again.
 */
@Timeout(120)
abstract class SilentDatabase {
  private static final int POOL = 3;
  private static final int STREAM = Integer.MIN_VALUE; // of MySQL's driver
  private static final Duration LIMIT = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final Duration LATE = Duration.ofSeconds(20);
  private static final Duration VALIDATED_AFTER = Duration.ofMillis(600); // by HikariCP

  /** One combination. */
  record Cell(TestDatabase database, PoolKind pool, EngineChoice engine, boolean hubSockets) {
    @Override
    public String toString() {
      return "%s, %s, %s engine, %s sockets"
          .formatted(database, pool, engine, hubSockets ? "hub" : "JDK");
    }
  }

  private final Cell cell;
  private FaultyTcpProxy proxy;
  private GreenletRuntime runtime;
  private SwitchPointDataSourcePostProcessor proxies;
  private DataSource pool;
  private DataSource dataSource;

  SilentDatabase(Cell cell) {
    this.cell = cell;
  }

  @BeforeEach
  void start() throws IOException {
    proxy = FaultyTcpProxy.to("localhost", cell.database().port());
    runtime = GreenletRuntime.builder().engine(cell.engine()).hubs(1).build();
    pool = cell.pool().make(cell.database(), cell.database().urlThrough(proxy.port()), POOL);
    if (cell.hubSockets()) {
      new DriverSockets().configure(pool, "silent");
    }
    SwitchPointJdbcListener listener = new SwitchPointJdbcListener(PATIENCE);
    proxies =
        new SwitchPointDataSourcePostProcessor(() -> listener, () -> new PoolGates(true, Map.of()));
    dataSource = (DataSource) proxies.postProcessAfterInitialization(pool, "silent");
  }

  @AfterEach
  void stop() throws Exception {
    proxy.heal();
    if (pool instanceof AutoCloseable closeable) {
      closeable.close();
    } else if (pool instanceof org.apache.tomcat.jdbc.pool.DataSource tomcat) {
      tomcat.close();
    }
    runtime.close();
    proxy.close();
  }

  @Test
  void aStatementEndsAtItsDeadline() throws Exception {
    GreenletTask<Boolean> late =
        onHub(
            () ->
                silentInTime(
                    connection -> {
                      try (Statement statement = connection.createStatement()) {
                        return statement.execute("select 7");
                      }
                    }));

    assertTimedOut(late);
    assertThePoolIsWhole();
  }

  @Test
  void aStatementEndsWhenItsGreenletIsKilled() throws Exception {
    GreenletTask<Boolean> victim =
        onHub(
            () -> {
              try (Connection connection = dataSource.getConnection();
                  Statement statement = connection.createStatement()) {
                fallSilent();
                return statement.execute("select 7");
              }
            });
    awaitJdbc(victim, "select ?");
    victim.kill("enough");

    assertThat(victim.join(LATE)).isInstanceOf(Outcome.Killed.class);
    assertThePoolIsWhole();
  }

  @Test
  void aTransactionAndItsRollbackEndAtItsDeadline() throws Exception {
    GreenletTask<Boolean> late =
        onHub(
            () ->
                silentInTime(
                    connection -> {
                      try (Statement statement = connection.createStatement()) {
                        return statement.execute("select 7");
                      } catch (Throwable failure) {
                        connection.rollback();
                        throw failure;
                      }
                    }));

    assertEndsWhileSilent(late);
    assertThePoolIsWhole();
  }

  @Test
  void aCommitEndsAtItsDeadline() throws Exception {
    GreenletTask<Boolean> late =
        onHub(
            () ->
                silentInTime(
                    connection -> {
                      connection.commit();
                      return true;
                    }));

    assertTimedOut(late);
    assertThePoolIsWhole();
  }

  @Test
  void aRollbackOfAKilledGreenletEnds() throws Exception {
    killWhileItSleeps(Connection::rollback);
  }

  @Test
  void aConnectionThatAKilledGreenletClosesInATransactionIsReturned() throws Exception {
    killWhileItSleeps(_ -> {});
  }

  @Test
  void aShieldedCommitOfAKilledGreenletWaitsForTheDatabase() throws Exception {
    CountDownLatch silent = new CountDownLatch(1);
    AtomicBoolean committed = new AtomicBoolean();
    GreenletTask<Boolean> victim =
        onHub(
            () -> {
              try (Connection connection = dataSource.getConnection()) {
                begin(connection);
                fallSilent();
                silent.countDown();
                try {
                  Greenlets.sleep(LATE.multipliedBy(2));
                } finally {
                  Greenlets.shielded(
                      () -> {
                        connection.commit();
                        committed.set(true);
                        return null;
                      });
                }
                return true;
              }
            });
    assertThat(silent.await(LATE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    victim.kill("enough");
    await().pollDelay(PATIENCE.multipliedBy(2)).until(() -> true);
    proxy.heal();

    assertThat(victim.join(LATE)).isInstanceOf(Outcome.Killed.class);
    assertThat(committed).isTrue();
    assertThePoolIsWhole();
  }

  @Test
  void aConnectionIsReturnedDespiteAPendingKill() throws Exception {
    killBeforeItCloses(dataSource);
  }

  @Test
  void aConnectionBehindTwoProxiesIsReturnedDespiteAPendingKill() throws Exception {
    killBeforeItCloses(
        (DataSource)
            proxies.postProcessAfterInitialization(
                new TransactionAwareDataSourceProxy(dataSource), "outer"));
  }

  private void killBeforeItCloses(DataSource source) throws Exception {
    CountDownLatch borrowed = new CountDownLatch(1);
    AtomicBoolean killed = new AtomicBoolean();
    GreenletTask<Boolean> victim =
        onHub(
            () -> {
              Connection connection = source.getConnection();
              begin(connection);
              borrowed.countDown();
              while (!killed.get()) {
                Thread.onSpinWait(); // a switch point would deliver it
              }
              connection.close();
              return true;
            });
    assertThat(borrowed.await(LATE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    victim.kill("enough");
    killed.set(true);

    assertThat(victim.join(LATE)).isNotNull();
    assertThePoolIsWhole();
  }

  private void killWhileItSleeps(CleanUp cleanUp) throws Exception {
    CountDownLatch silent = new CountDownLatch(1);
    GreenletTask<Boolean> victim =
        onHub(
            () -> {
              try (Connection connection = dataSource.getConnection()) {
                begin(connection);
                fallSilent();
                silent.countDown();
                try {
                  Greenlets.sleep(LATE.multipliedBy(2));
                } finally {
                  cleanUp.on(connection);
                }
                return true;
              }
            });
    assertThat(silent.await(LATE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    victim.kill("enough");

    assertEndsWhileSilent(victim);
    assertThePoolIsWhole();
  }

  @Test
  void fetchingEndsAtItsDeadline() throws Exception {
    GreenletTask<Boolean> late =
        onHub(
            () -> {
              try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                Statement statement = connection.createStatement();
                statement.setFetchSize(cell.database().plainUrl().contains("mysql") ? STREAM : 10);
                ResultSet row = statement.executeQuery(cell.database().dialect().rows(200_000));
                row.next();
                fallSilent();
                return Deadline.within(
                    LIMIT,
                    () -> {
                      try (connection) {
                        return readAll(row);
                      }
                    });
              }
            });

    assertTimedOut(late);
    assertThePoolIsWhole();
  }

  @Test
  void aCallOfTheConnectionItselfEndsAtItsDeadline() throws Exception {
    GreenletTask<Boolean> late =
        onHub(() -> silentInTime(connection -> connection.setSavepoint() != null));

    assertTimedOut(late);
    assertThePoolIsWhole();
  }

  @Test
  void theWaitForTheValidationOfAConnectionEndsAtTheDeadline() throws Exception {
    assertThePoolIsWhole();
    await().pollDelay(VALIDATED_AFTER).until(() -> true);
    fallSilent();

    assertTimedOut(onHub(this::borrowInTime));
    assertThePoolIsWhole();
  }

  @Test
  void theWaitForTheFirstConnectionsOfThePoolEndsAtTheDeadline() throws Exception {
    fallSilent();
    List<GreenletTask<Boolean>> borrowers =
        IntStream.range(0, POOL + 1).mapToObj(_ -> onHub(this::borrowInTime)).toList();

    for (GreenletTask<Boolean> borrower : borrowers) {
      assertTimedOut(borrower);
    }
    assertThePoolIsWhole();
  }

  @Test
  void allConcurrentUsersOfThePoolEndWhenTheyAreKilled() throws Exception {
    CountDownLatch borrowed = new CountDownLatch(POOL);
    Callable<Boolean> use =
        () -> {
          try (Connection connection = dataSource.getConnection();
              Statement statement = connection.createStatement()) {
            borrowed.countDown();
            while (true) {
              statement.execute("select 7");
            }
          }
        };
    List<GreenletTask<Boolean>> users =
        IntStream.range(0, 2 * POOL).mapToObj(_ -> onHub(use)).toList();
    assertThat(borrowed.await(LATE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    fallSilent();
    users.forEach(user -> user.kill("enough"));

    for (GreenletTask<Boolean> user : users) {
      assertEndsWhileSilent(user);
    }
    assertThePoolIsWhole();
  }

  private void fallSilent() {
    proxy.requests(new Fault.Stall()).answers(new Fault.Stall());
  }

  private <T> GreenletTask<T> onHub(Callable<T> body) {
    return runtime.spawn(SpawnOptions.defaults().on(runtime.hubs().getFirst()), body);
  }

  /** Uses a connection in a transaction and returns it, all within one deadline. */
  private boolean silentInTime(Use use) throws Exception {
    Connection connection = dataSource.getConnection();
    begin(connection);
    fallSilent();
    return Deadline.within(
        LIMIT,
        () -> {
          try (connection) {
            return use.of(connection);
          }
        });
  }

  private interface Use {
    boolean of(Connection connection) throws Exception;
  }

  private interface CleanUp {
    void on(Connection connection) throws SQLException;
  }

  private static void begin(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("start transaction"); // without it, some drivers have nothing to commit
    }
  }

  private static boolean readAll(ResultSet row) throws SQLException {
    while (row.next()) {
      assertThat(row.getInt(1)).isPositive();
    }
    return true;
  }

  private boolean borrowInTime() throws Exception {
    return Deadline.within(
        LIMIT,
        () -> {
          try (Connection connection = dataSource.getConnection()) {
            return connection.isValid(1);
          }
        });
  }

  private static void awaitJdbc(GreenletTask<?> task, String detail) {
    await().until(() -> task.waitingOn() != null && task.waitingOn().toString().contains(detail));
  }

  private static void assertTimedOut(GreenletTask<?> task) throws InterruptedException {
    assertThat(task.join(LATE))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.cause()).isInstanceOf(TimeoutException.class));
  }

  /** Asserts that the greenlet ends; its failure depends on the clean-up of the application. */
  private static void assertEndsWhileSilent(GreenletTask<?> task) throws InterruptedException {
    assertThat(task.join(LATE)).isNotNull().isNotInstanceOf(Outcome.Returned.class);
  }

  /** Asserts that all connections can be borrowed at once, and that each one works. */
  private void assertThePoolIsWhole() throws InterruptedException {
    proxy.heal();
    CountDownLatch borrowed = new CountDownLatch(POOL);
    List<GreenletTask<Integer>> users =
        IntStream.range(0, POOL).mapToObj(_ -> onHub(() -> query(borrowed))).toList();
    for (GreenletTask<Integer> user : users) {
      assertThat(user.join(LATE)).isEqualTo(new Outcome.Returned<>(7));
    }
    Pool numbers = Pools.find(pool);
    assertThat(numbers).isNotNull();
    assertThat(numbers.numbers().active()).isZero();
    assertThat(numbers.numbers().total()).isEqualTo(POOL);
  }

  private int query(CountDownLatch borrowed) throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      borrowed.countDown();
      while (borrowed.getCount() > 0) {
        Greenlets.sleep(Duration.ofMillis(5));
      }
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("select 7")) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
