package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.Deadline;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.WaitReason;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.proxy.ProxyJdbcObject;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.apache.commons.dbcp2.BasicDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.datasource.DelegatingDataSource;

@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
@SuppressWarnings("try") // a connection only has to be held
class PoolGateTests {
  private static final Duration LONG = Duration.ofMinutes(1);

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void borrowersAreServedInOrderGreenletsAndThreads(EngineChoice engine) throws Exception {
    List<String> served = new CopyOnWriteArrayList<>();
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("fifo", 1, LONG)) {
      DataSource gated = gated(pool);
      List<Callable<?>> ends = new ArrayList<>();
      Connection taken = gated.getConnection();
      for (int i = 0; i < 6; i++) {
        String name = "user-" + i;
        Callable<Boolean> use =
            () -> {
              try (Connection connection = gated.getConnection()) {
                return served.add(name);
              }
            };
        if (i % 3 == 2) {
          FutureTask<Boolean> future = new FutureTask<>(use);
          Thread thread = Thread.ofPlatform().name(name).start(future);
          await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
          ends.add(future::get);
        } else {
          GreenletTask<Boolean> task = onHub(runtime, i % 2, use);
          awaitQueued(task, "fifo");
          ends.add(task::get);
        }
      }
      assertThat(pool.getHikariPoolMXBean().getThreadsAwaitingConnection())
          .as("borrowers that wait in the pool itself")
          .isZero();
      taken.close();
      for (Callable<?> end : ends) {
        end.call();
      }
    }
    assertThat(served).containsExactly("user-0", "user-1", "user-2", "user-3", "user-4", "user-5");
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void theWaitEndsByTheTimeoutOfThePoolAndReportsItsNumbers(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("tight", 1, Duration.ofMillis(300))) {
      DataSource gated = gated(pool);
      try (Connection taken = gated.getConnection()) {
        GreenletTask<String> late = onHub(runtime, 0, () -> use(gated, "late"));

        assertThat(late.join())
            .isInstanceOfSatisfying(
                Outcome.Failed.class,
                failed ->
                    assertThat(failed.cause())
                        .isInstanceOf(SQLTransientConnectionException.class)
                        .hasMessage(
                            "tight - Connection is not available, request timed out after 300ms in"
                                + " the queue in front of the pool (total=1, active=1, idle=0,"
                                + " waiting=0)"));
        assertThat(taken.isValid(5)).isTrue();
      }
      assertThat(onHub(runtime, 0, () -> use(gated, "next")).get()).isEqualTo("next");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aKillAndADeadlineEndTheWaitAtOnceAndLoseNoConnection(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("ended", 1, LONG)) {
      DataSource gated = gated(pool);
      GreenletTask<String> patient;
      try (Connection taken = gated.getConnection()) {
        GreenletTask<String> victim = onHub(runtime, 0, () -> use(gated, "victim"));
        GreenletTask<String> hasty =
            onHub(
                runtime,
                0,
                () -> Deadline.within(Duration.ofMillis(50), () -> use(gated, "hasty")));
        awaitQueued(victim, "ended");
        patient = onHub(runtime, 0, () -> use(gated, "patient"));
        awaitQueued(patient, "ended");
        victim.kill("enough");

        assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
        assertThat(hasty.join())
            .isInstanceOfSatisfying(
                Outcome.Failed.class,
                failed -> assertThat(failed.cause()).isInstanceOf(TimeoutException.class));
        assertThat(taken.isValid(5)).as("still held").isTrue();
      }
      assertThat(patient.get()).isEqualTo("patient");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void anInterruptEndsTheWaitAsInThePool(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("interrupted", 1, LONG)) {
      DataSource gated = gated(pool);
      try (Connection taken = gated.getConnection()) {
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch asking = new CountDownLatch(1);
        Thread[] thread = new Thread[1];
        GreenletTask<String> victim =
            onHub(
                runtime,
                0,
                () -> {
                  thread[0] = Thread.currentThread();
                  asking.countDown();
                  try {
                    return use(gated, "victim");
                  } finally {
                    interrupted.set(Thread.interrupted());
                  }
                });
        asking.await();
        awaitQueued(victim, "interrupted");
        thread[0].interrupt();

        assertThat(victim.join())
            .isInstanceOfSatisfying(
                Outcome.Failed.class,
                failed ->
                    assertThat(failed.cause())
                        .isInstanceOf(SQLException.class)
                        .hasMessage("interrupted - Interrupted while queued for a connection"));
        assertThat(interrupted).isTrue();
        assertThat(taken.isValid(5)).isTrue();
      }
      assertThat(use(gated, "next")).isEqualTo("next");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aHolderGetsAnotherConnectionAheadOfTheQueue(EngineChoice engine) throws Exception {
    List<String> served = new CopyOnWriteArrayList<>();
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("nested", 2, LONG)) {
      DataSource gated = gated(pool);
      CountDownLatch outer = new CountDownLatch(1);
      CountDownLatch lineUp = new CountDownLatch(1);
      Connection other = gated.getConnection();
      GreenletTask<String> nested =
          onHub(
              runtime,
              0,
              () -> {
                try (Connection first = gated.getConnection()) {
                  outer.countDown();
                  lineUp.await();
                  try (Connection second = gated.getConnection()) {
                    served.add("nested");
                  }
                  return "done";
                }
              });
      outer.await();
      GreenletTask<Boolean> newcomer = onHub(runtime, 1, () -> served.add(use(gated, "newcomer")));
      awaitQueued(newcomer, "nested");
      lineUp.countDown();
      awaitQueued(nested, "nested");
      assertThat(newcomer.isDone()).isFalse();
      other.close();

      assertThat(nested.get()).isEqualTo("done");
      assertThat(newcomer.get()).isTrue();
    }
    assertThat(served).containsExactly("nested", "newcomer");
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aWaitOfAllHoldersForASecondConnectionIsReportedAndTimesOut(
      EngineChoice engine, CapturedOutput output) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("circle", 2, Duration.ofMillis(500))) {
      DataSource gated = gated(pool);
      CountDownLatch both = new CountDownLatch(2);
      Callable<String> nested =
          () -> {
            try (Connection first = gated.getConnection()) {
              both.countDown();
              both.await();
              return use(gated, "second");
            }
          };
      List<GreenletTask<String>> tasks =
          List.of(onHub(runtime, 0, nested), onHub(runtime, 1, nested));
      List<Outcome<String>> outcomes = new ArrayList<>();
      for (GreenletTask<String> task : tasks) {
        outcomes.add(task.join());
      }

      assertThat(output)
          .containsOnlyOnce("All 2 connections of pool 'circle' are held by")
          .contains(tasks.get(0).name(), tasks.get(1).name(), "greenlet.jdbc.gate-width.pool=1");
      assertThat(outcomes).hasAtLeastOneElementOfType(Outcome.Failed.class);
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
      assertThat(use(gated, "next")).isEqualTo("next");
      assertThat(use(gated, "and next")).isEqualTo("and next");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aQueueNarrowerThanThePoolAdmitsNestedBorrowers(EngineChoice engine, CapturedOutput output)
      throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("narrow", 3, LONG)) {
      DataSource gated = gated(pool, new PoolGates(true, Map.of("pool", 2)));
      AtomicInteger most = new AtomicInteger();
      AtomicInteger inside = new AtomicInteger();
      List<GreenletTask<String>> tasks = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        tasks.add(
            onHub(
                runtime,
                i % 2,
                () -> {
                  try (Connection first = gated.getConnection()) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    String used = use(gated, "second");
                    inside.decrementAndGet();
                    return used;
                  }
                }));
      }
      for (GreenletTask<String> task : tasks) {
        assertThat(task.get()).isEqualTo("second");
      }
      assertThat(most).hasValueLessThanOrEqualTo(2);
    }
    assertThat(output).doesNotContain("connections of pool");
  }

  @Test
  void aConnectionMayBeReturnedByAnotherThread() throws Exception {
    try (HikariDataSource pool = TestPostgres.pool("handed", 1, Duration.ofMillis(500))) {
      DataSource gated = gated(pool);
      Connection connection = gated.getConnection();
      Thread closer = Thread.startVirtualThread(() -> close(connection));
      closer.join();

      assertThat(use(gated, "next")).isEqualTo("next");
      connection.close();
      try (Connection held = gated.getConnection()) {
        assertThat(held.isValid(5)).isTrue();
        FutureTask<String> second = new FutureTask<>(() -> use(gated, "second"));
        Thread.startVirtualThread(second);
        assertThatExceptionOfType(ExecutionException.class)
            .as("closing twice admits no second borrower")
            .isThrownBy(second::get)
            .withMessageContaining("handed - Connection is not available");
      }
    }
  }

  @Test
  void aConnectionClosedBypassingItsProxyIsFoundBeforeAWait() throws Exception {
    try (HikariDataSource pool = TestPostgres.pool("past", 1, Duration.ofMillis(500))) {
      DataSource gated = gated(pool);
      FutureTask<Boolean> borrower =
          new FutureTask<>(
              () -> {
                Connection connection = gated.getConnection();
                ((Connection) ((ProxyJdbcObject) connection).getTarget()).close();
                return true;
              });
      Thread.startVirtualThread(borrower);
      borrower.get();

      assertThat(use(gated, "next")).isEqualTo("next");
    }
  }

  @Test
  void theQueueFollowsThePoolWhenItIsResized() throws Exception {
    try (HikariDataSource pool = TestPostgres.pool("resized", 1, Duration.ofMillis(500))) {
      DataSource gated = gated(pool);
      List<Connection> held = new ArrayList<>();
      held.add(gated.getConnection());
      pool.getHikariConfigMXBean().setMaximumPoolSize(3);
      held.add(inThread(gated::getConnection));
      held.add(inThread(gated::getConnection));
      assertThatExceptionOfType(SQLTransientConnectionException.class)
          .isThrownBy(() -> inThread(gated::getConnection))
          .withMessageContaining("in the queue in front of the pool (total=3, active=3");

      pool.getHikariConfigMXBean().setMinimumIdle(1);
      pool.getHikariConfigMXBean().setMaximumPoolSize(2);
      held.removeLast().close();
      assertThatExceptionOfType(SQLTransientConnectionException.class)
          .isThrownBy(() -> inThread(gated::getConnection))
          .withMessageContaining("in the queue in front of the pool");
      held.removeLast().close();
      held.add(inThread(gated::getConnection));
      for (Connection connection : held) {
        connection.close();
      }
    }
  }

  @Test
  void aFailingSourceLosesNoConnection() throws Exception {
    try (HikariDataSource pool = TestPostgres.pool("failing", 1, Duration.ofMillis(500))) {
      AtomicBoolean broken = new AtomicBoolean(true);
      PoolGate gate =
          new PoolGate(
              new HikariPool(pool),
              "pool",
              Integer.MAX_VALUE,
              new Loans(),
              PoolGates.OnDeadlock.WARN,
              PoolDeadlockDetector.TIMER);
      Gate.Source source =
          () -> {
            if (broken.get()) {
              throw new IllegalStateException("broken");
            }
            return pool.getConnection();
          };
      for (int i = 0; i < 3; i++) {
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> gate.pass(source));
      }
      broken.set(false);

      try (Connection connection = gate.pass(source)) {
        assertThat(connection.isValid(5)).isTrue();
      }
    }
  }

  @Test
  void aGateWiderThanThePoolIsLoggedAndIsAsWideAsThePool(CapturedOutput output) throws Exception {
    try (HikariDataSource pool = TestPostgres.pool("wide", 1, Duration.ofMillis(300))) {
      DataSource gated = gated(pool, new PoolGates(true, Map.of("pool", 20)));

      assertThat(output)
          .contains(
              "'greenlet.jdbc.gate-width.pool' is 20, but its pool has at most 1 connections: the"
                  + " width is that of the pool");
      try (Connection taken = gated.getConnection()) {
        assertThatExceptionOfType(SQLTransientConnectionException.class)
            .isThrownBy(() -> inThread(gated::getConnection))
            .withMessageContaining("in the queue in front of the pool");
        assertThat(taken.isValid(5)).isTrue();
      }
    }
  }

  @Test
  void aDisabledGateHasNoQueue() throws Exception {
    try (HikariDataSource pool = TestPostgres.pool("open", 1, Duration.ofMillis(300))) {
      DataSource open = gated(pool, new PoolGates(false, Map.of("pool", 1)));
      try (Connection taken = open.getConnection()) {
        assertThatExceptionOfType(SQLTransientConnectionException.class)
            .isThrownBy(() -> inThread(open::getConnection))
            .withMessageNotContaining("in the queue");
        assertThat(taken.isValid(5)).isTrue();
      }
    }
  }

  @Test
  void thePoolsOfTomcatAndCommonsHaveAQueueToo() throws Exception {
    org.apache.tomcat.jdbc.pool.DataSource tomcat = tomcat();
    try (BasicDataSource commons = commons()) {
      for (DataSource gated : List.of(gated(tomcat), gated(commons))) {
        try (Connection taken = gated.getConnection()) {
          assertThatExceptionOfType(SQLTransientConnectionException.class)
              .isThrownBy(() -> inThread(gated::getConnection))
              .withMessageContaining(
                  "in the queue in front of the pool (total=1, active=1, idle=0");
          assertThat(taken.isValid(5)).isTrue();
        }
        assertThat(use(gated, "next")).isEqualTo("next");
      }
    } finally {
      tomcat.close();
    }
  }

  @Test
  void aPoolThatReclaimsConnectionsHasNoQueue(CapturedOutput output) throws Exception {
    try (BasicDataSource commons = commons()) {
      commons.setRemoveAbandonedOnBorrow(true);
      Gate gate = new PoolGates(true, Map.of()).gateOf(commons, "commons", new Loans());

      assertThat(gate).isSameAs(Gate.OPEN);
      assertThat(output).contains("The pool of 'commons' has no queue");
    }
  }

  @Test
  void anUnknownPoolHasAQueueIfItsWidthIsConfigured() throws Exception {
    DataSource unknown = new Unpooled();
    Loans loans = new Loans();
    assertThat(new PoolGates(true, Map.of()).gateOf(unknown, "pool", loans)).isSameAs(Gate.OPEN);
    Gate gate = new PoolGates(true, Map.of("pool", 1)).gateOf(unknown, "pool", loans);
    assertThat(gate).isInstanceOf(PoolGate.class);
    DataSource gated = gated(unknown, new PoolGates(true, Map.of("pool", 1)));
    try (Connection taken = gated.getConnection()) {
      FutureTask<String> next = new FutureTask<>(() -> use(gated, "next"));
      Thread thread = Thread.ofPlatform().start(next);
      await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
      taken.close();
      assertThat(next.get()).isEqualTo("next");
    }
  }

  @Test
  void aPoolInsideOfProxiesIsFoundAndHasOneQueue() throws Exception {
    try (HikariDataSource pool = TestPostgres.pool("proxied", 1, Duration.ofMillis(300))) {
      PoolGates gates = new PoolGates(true, Map.of());
      DataSource proxied = ProxyDataSourceBuilder.create(pool).build();

      assertThat(gates.gateOf(proxied, "proxied", new Loans())).isInstanceOf(PoolGate.class);
      DataSource again = ProxyDataSourceBuilder.create(gated(pool)).build();
      assertThat(gates.gateOf(again, "again", new Loans())).isSameAs(Gate.OPEN);
      assertThat(use(gated(again), "through both")).isEqualTo("through both");
      assertThat(use(gated(proxied), "through one")).isEqualTo("through one");
    }
  }

  private static org.apache.tomcat.jdbc.pool.DataSource tomcat() {
    org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
    pool.setUrl(TestPostgres.url());
    pool.setDriverClassName("org.postgresql.Driver");
    pool.setInitialSize(1);
    pool.setMaxActive(1);
    pool.setMaxWait(300);
    return pool;
  }

  private static BasicDataSource commons() {
    BasicDataSource pool = new BasicDataSource();
    pool.setUrl(TestPostgres.url());
    pool.setMaxTotal(1);
    pool.setMaxWait(Duration.ofMillis(300));
    return pool;
  }

  private static GreenletRuntime runtime(EngineChoice engine) {
    return GreenletRuntime.builder().engine(engine).hubs(2).build();
  }

  private static <T> GreenletTask<T> onHub(GreenletRuntime runtime, int hub, Callable<T> body) {
    return runtime.spawn(SpawnOptions.defaults().on(runtime.hubs().get(hub)), body);
  }

  private static DataSource gated(DataSource pool) {
    return gated(pool, new PoolGates(true, Map.of()));
  }

  private static DataSource gated(DataSource pool, PoolGates gates) {
    SwitchPointJdbcListener listener = new SwitchPointJdbcListener();
    return (DataSource)
        new SwitchPointDataSourcePostProcessor(() -> listener, () -> gates)
            .postProcessAfterInitialization(pool, "pool");
  }

  private static String use(DataSource dataSource, String name) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThat(connection.isClosed()).isFalse();
      return name;
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  /** Runs an action on a new thread, which holds no connection yet. */
  private static <T> T inThread(Callable<T> call) throws Exception {
    FutureTask<T> future = new FutureTask<>(call);
    Thread.startVirtualThread(future);
    try {
      return future.get();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof SQLException cause) {
        throw cause;
      }
      throw failure;
    }
  }

  private static void awaitQueued(GreenletTask<?> task, String pool) {
    await()
        .untilAsserted(
            () ->
                assertThat(task.waitingOn())
                    .isEqualTo(new WaitReason("jdbc", "getConnection " + pool)));
  }

  /** A data source that is not a known pool. */
  private static final class Unpooled extends DelegatingDataSource {
    Unpooled() {
      super(TestPostgres.dataSource());
    }
  }
}
