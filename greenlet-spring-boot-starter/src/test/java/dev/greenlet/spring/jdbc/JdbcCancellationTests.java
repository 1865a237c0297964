package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.Deadline;
import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Statements that a kill or an expired deadline cancels in the database. */
@ParameterizedClass
@EnumSource(names = {"NATIVE", "PORTABLE"})
@Timeout(120)
class JdbcCancellationTests {
  private static final String SLEEP = "select pg_sleep(60)";
  private static final Duration LIMIT = Duration.ofMillis(200);

  private final GreenletRuntime runtime;
  private final HikariDataSource pool = TestPostgres.pool("cancellation", 1);
  private final DataSource dataSource =
      SwitchPointProxies.around(pool, "cancellation", new SwitchPointJdbcListener());
  private final JdbcTemplate observer = new JdbcTemplate(TestPostgres.dataSource());

  JdbcCancellationTests(EngineChoice engine) {
    runtime = GreenletRuntime.builder().engine(engine).build();
  }

  @AfterEach
  void close() {
    runtime.close();
    pool.close();
  }

  private <T> GreenletTask<T> onHub(Callable<T> body) {
    return runtime.spawn(SpawnOptions.defaults().on(runtime.hubs().getFirst()), body);
  }

  private int active(String sql) {
    Integer active =
        observer.queryForObject(
            "select count(*) from pg_stat_activity where state = 'active' and query = ?",
            Integer.class,
            sql);
    return active == null ? 0 : active;
  }

  private void awaitActive(String sql) {
    await().until(() -> active(sql) == 1);
  }

  @Test
  void aKilledStatementIsCancelledAndItsTransactionRolledBack() throws Exception {
    TransactionTemplate transaction =
        new TransactionTemplate(new JdbcTransactionManager(dataSource));
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    observer.execute("create table if not exists cancelled (id int)");
    observer.execute("truncate cancelled");
    GreenletTask<Boolean> victim =
        onHub(
            () -> {
              transaction.executeWithoutResult(
                  status -> {
                    jdbc.update("insert into cancelled values (1)");
                    jdbc.execute(SLEEP);
                  });
              return true;
            });
    awaitActive(SLEEP);
    victim.kill("enough");

    assertThat(victim.join())
        .isInstanceOfSatisfying(
            Outcome.Killed.class,
            killed ->
                assertThat(killed.exit().getSuppressed())
                    .singleElement()
                    .isInstanceOfSatisfying(
                        SQLException.class,
                        cancelled -> assertThat(cancelled.getSQLState()).isEqualTo("57014")));
    assertThat(active(SLEEP)).isZero();
    assertThat(observer.queryForObject("select count(*) from cancelled", Integer.class)).isZero();
    assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    assertThat(onHub(() -> jdbc.queryForObject("select 7", Integer.class)).get()).isEqualTo(7);
  }

  @Test
  void theConnectionStaysUsableAfterADeadline() throws Exception {
    GreenletTask<Integer> task =
        onHub(
            () -> {
              try (Connection connection = dataSource.getConnection();
                  Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> Deadline.within(LIMIT, () -> statement.execute(SLEEP)));
                connection.rollback();
                assertThat(connection.isValid(1)).isTrue();
                try (ResultSet result = statement.executeQuery("select 7")) {
                  result.next();
                  return result.getInt(1);
                }
              }
            });

    assertThat(task.get()).isEqualTo(7);
    assertThat(active(SLEEP)).isZero();
    assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isEqualTo(1);
  }

  @Test
  void aBatchIsCancelledToo() throws Exception {
    GreenletTask<Boolean> late =
        onHub(
            () -> {
              try (Connection connection = dataSource.getConnection();
                  Statement statement = connection.createStatement()) {
                statement.addBatch(SLEEP);
                statement.addBatch("select 1");
                Deadline.within(LIMIT, statement::executeBatch);
                return true;
              }
            });

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(late::get)
        .withCauseInstanceOf(TimeoutException.class);
    assertThat(active(SLEEP)).isZero();
  }

  @Test
  void aKillEndsTheWaitInTheQueueOfThePoolAtOnce() throws Exception {
    DataSource gated =
        (DataSource)
            new SwitchPointDataSourcePostProcessor(
                    SwitchPointJdbcListener::new, () -> new PoolGates(true, Map.of()))
                .postProcessAfterInitialization(pool, "dataSource");
    try (Connection taken = gated.getConnection()) {
      GreenletTask<Boolean> late =
          onHub(
              () ->
                  Deadline.within(
                      LIMIT,
                      () -> {
                        try (Connection second = gated.getConnection()) {
                          return second.isValid(1);
                        }
                      }));

      assertThat(late.join(Duration.ofSeconds(20))).isInstanceOf(Outcome.Failed.class);
      assertThat(taken.isValid(1)).isTrue();
    }
    try (Connection next = gated.getConnection()) {
      assertThat(next.isValid(1)).isTrue();
    }
  }

  @Test
  void aLateCancelHitsNoLaterStatement() throws Exception {
    int rounds = 300;
    GreenletTask<Integer> task =
        onHub(
            () -> {
              int cancelled = 0;
              try (Connection connection = dataSource.getConnection();
                  Statement statement = connection.createStatement()) {
                for (int round = 0; round < rounds; round++) {
                  long micros = ThreadLocalRandom.current().nextInt(4_000);
                  try {
                    Deadline.within(
                        Duration.ofNanos(micros * 1_000),
                        () -> statement.execute("select pg_sleep(0.002)"));
                  } catch (TimeoutException late) {
                    cancelled++;
                  }
                  statement.execute("select " + round); // fails if it is hit
                }
              }
              return cancelled;
            });

    assertThat(task.get()).isBetween(1, rounds);
  }

  @Test
  void aKillBetweenTwoStatementsCancelsNone() throws Exception {
    GreenletTask<Boolean> victim =
        onHub(
            () -> {
              try (Connection connection = dataSource.getConnection();
                  Statement statement = connection.createStatement()) {
                for (int i = 0; ; i++) {
                  statement.execute("select " + i);
                }
              } catch (GreenletExit exit) {
                assertThat(exit.getSuppressed()).allMatch(SQLException.class::isInstance);
                throw exit;
              }
            });
    await().until(() -> victim.switches() > 20 || victim.waitingOn() != null);
    victim.kill("enough");

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
  }
}
