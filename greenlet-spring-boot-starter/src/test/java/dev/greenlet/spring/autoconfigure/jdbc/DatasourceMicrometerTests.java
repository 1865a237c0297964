package dev.greenlet.spring.autoconfigure.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import dev.greenlet.spring.jdbc.SwitchPointJdbcListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.proxy.ProxyJdbcObject;
import net.ttddyy.observation.boot.autoconfigure.DataSourceObservationAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** Next to datasource-micrometer there is one proxy, which observes and switches. */
@Timeout(120)
@ParameterizedClass(name = "on the {0} engine")
@ValueSource(strings = {"native", "portable"})
@SuppressWarnings("try") // a barrier only has to be open
class DatasourceMicrometerTests {
  private static final int KEY = 4713;

  private final List<String> begun = new CopyOnWriteArrayList<>();
  private final List<String> ended = new CopyOnWriteArrayList<>();
  private final ApplicationContextRunner runner;

  DatasourceMicrometerTests(String engine) {
    ObservationRegistry observations = ObservationRegistry.create();
    observations.observationConfig().observationHandler(new Recorder());
    runner =
        new ApplicationContextRunner()
            .withBean(ObservationRegistry.class, () -> observations)
            .withBean(Tracer.class, () -> Tracer.NOOP)
            .withPropertyValues(
                "greenlet.engine=" + engine,
                "greenlet.hubs=1",
                "spring.datasource.url=" + TestPostgres.url(),
                "spring.datasource.hikari.pool-name=observed",
                "spring.datasource.hikari.maximum-pool-size=1")
            .withConfiguration(
                AutoConfigurations.of(
                    GreenletAutoConfiguration.class,
                    GreenletJdbcAutoConfiguration.class,
                    DataSourceObservationAutoConfiguration.class,
                    DataSourceAutoConfiguration.class));
  }

  @Test
  void connectionsHaveOneProxyThatObservesAndSwitches() {
    runner.run(
        context -> {
          DataSource dataSource = context.getBean(DataSource.class);
          try (Connection connection = dataSource.getConnection()) {
            assertThat(connection).isInstanceOf(ProxyJdbcObject.class);
            ProxyJdbcObject proxy = (ProxyJdbcObject) connection;
            assertThat(proxy.getTarget()).isNotInstanceOf(ProxyJdbcObject.class);
            assertThat(proxy.getProxyConfig().getMethodListener().getListeners())
                .hasAtLeastOneElementOfType(SwitchPointJdbcListener.class);
          }
          begun.clear();
          ended.clear();
          GreenletTask<Integer> task;
          try (TestPostgres.Barrier barrier = TestPostgres.barrier(KEY)) {
            task = onHub(context, () -> waitForBarrier(dataSource));
            awaitReason(task, "select pg_advisory_xact_lock_shared(?)");
            assertThat(onHub(context, () -> 42).get()).isEqualTo(42);
          }
          assertThat(task.get()).isOne();
          assertThat(begun).contains("jdbc.connection", "jdbc.query", "jdbc.result-set");
          assertThat(ended).containsExactlyInAnyOrderElementsOf(begun);
        });
  }

  @Test
  void thePoolIsFoundByTheGateAndByUnwrapping() {
    runner
        .withConfiguration(
            AutoConfigurations.of(
                DataSourcePoolMetricsAutoConfiguration.class,
                DataSourceHealthContributorAutoConfiguration.class))
        .run(
            context -> {
              DataSource dataSource = context.getBean(DataSource.class);
              assertThat(DataSourceUnwrapper.unwrap(dataSource, HikariDataSource.class))
                  .isNotNull();
              assertThat(dataSource.isWrapperFor(HikariDataSource.class)).isTrue();
              assertThat(context).hasBean("dbHealthContributor");
              GreenletTask<Integer> task;
              try (Connection taken = dataSource.getConnection()) {
                task = onHub(context, () -> waitForBarrier(dataSource));
                awaitReason(task, "getConnection observed");
                HikariDataSource pool =
                    Objects.requireNonNull(
                        DataSourceUnwrapper.unwrap(dataSource, HikariDataSource.class));
                assertThat(pool.getHikariPoolMXBean().getThreadsAwaitingConnection())
                    .as("it waits in the queue")
                    .isZero();
              }
              assertThat(task.get()).isOne();
            });
  }

  @Test
  void whatItDoesNotProxySwitchesAllTheSame() {
    runner
        .withPropertyValues("jdbc.includes=connection,query")
        .run(
            context -> {
              DataSource dataSource = context.getBean(DataSource.class);
              GreenletTask<Integer> task;
              try (TestPostgres.Barrier barrier = TestPostgres.barrier(KEY)) {
                task = onHub(context, () -> fetchOneByOne(dataSource));
                awaitReason(
                    task,
                    "fetch select case when i = ? then pg_advisory_xact_lock_shared(?) end"
                        + " from generate_series(?) i");
              }
              assertThat(task.get()).isEqualTo(3);
            });
  }

  @Test
  void aCallThatAKilledGreenletDoesNotMakeIsNotObserved() {
    runner.run(
        context -> {
          DataSource dataSource = context.getBean(DataSource.class);
          CountDownLatch ready = new CountDownLatch(1);
          CountDownLatch killed = new CountDownLatch(1);
          GreenletTask<Integer> task =
              onHub(
                  context,
                  () -> {
                    try (Connection connection = dataSource.getConnection();
                        Statement statement = connection.createStatement()) {
                      ready.countDown();
                      killed.await();
                      statement.execute("select 1");
                      return 1;
                    }
                  });
          ready.await();
          task.kill("enough");
          killed.countDown();

          assertThat(task.join()).isInstanceOf(Outcome.Killed.class);
          assertThat(begun).doesNotContain("jdbc.query");
          assertThat(ended).containsExactlyInAnyOrderElementsOf(begun);
        });
  }

  private static int waitForBarrier(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select pg_advisory_xact_lock_shared(" + KEY + ")")) {
      return rows.next() ? 1 : 0;
    }
  }

  private static int fetchOneByOne(DataSource dataSource) throws SQLException {
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

  private static <T> GreenletTask<T> onHub(ApplicationContext context, Callable<T> body) {
    GreenletRuntime runtime = context.getBean(GreenletRuntime.class);
    return runtime.spawn(SpawnOptions.defaults().on(runtime.hubs().getFirst()), body);
  }

  private static void awaitReason(GreenletTask<?> task, String detail) {
    await()
        .untilAsserted(
            () -> assertThat(task.waitingOn()).isEqualTo(new WaitReason("jdbc", detail)));
  }

  private final class Recorder implements ObservationHandler<Observation.Context> {
    @Override
    public void onStart(Observation.Context context) {
      begun.add(context.getName());
    }

    @Override
    public void onStop(Observation.Context context) {
      ended.add(context.getName());
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }
  }
}
