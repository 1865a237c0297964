package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.DeadlockException;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Greenlets that hold a connection and wait for others that need one of the same pool. */
@ExtendWith(OutputCaptureExtension.class)
class PoolFamilyTests {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int POOL = 4;
  private static final int REQUESTS = 8;

  /** The way in which the holder of a connection has another greenlet use the database. */
  private enum Help {
    CHILD {
      @Override
      String ask(GreenletRuntime runtime, Callable<String> query) throws Exception {
        return Greenlets.spawn(query).get();
      }
    },
    GRANDCHILD {
      @Override
      String ask(GreenletRuntime runtime, Callable<String> query) throws Exception {
        return Greenlets.spawn(() -> Greenlets.spawn(query).get()).get();
      }
    },
    OFFLOAD {
      @Override
      String ask(GreenletRuntime runtime, Callable<String> query) throws Exception {
        return Greenlets.offload(query::call);
      }
    },
    TASK_OF_ITS_OWN {
      @Override
      String ask(GreenletRuntime runtime, Callable<String> query) throws Exception {
        return runtime.spawnRoot(SpawnOptions.defaults(), query).get();
      }
    },
    FUTURE_OF_THE_JDK {
      @Override
      String ask(GreenletRuntime runtime, Callable<String> query) throws Exception {
        CompletableFuture<String> future = new CompletableFuture<>();
        runtime.spawnRoot(SpawnOptions.defaults(), () -> future.complete(query.call()));
        return future.get();
      }
    };

    abstract String ask(GreenletRuntime runtime, Callable<String> query) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void helpersOfAHolderGoAheadOfTheQueueOnTheNativeEngine(Help help) throws Exception {
    helpersOfAHolderGoAheadOfTheQueue(EngineChoice.NATIVE, help);
  }

  @ParameterizedTest
  @EnumSource
  void helpersOfAHolderGoAheadOfTheQueueOnThePortableEngine(Help help) throws Exception {
    helpersOfAHolderGoAheadOfTheQueue(EngineChoice.PORTABLE, help);
  }

  private static void helpersOfAHolderGoAheadOfTheQueue(EngineChoice engine, Help help)
      throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("family", POOL, LONG)) {
      DataSource gated = gated(pool, PoolGates.OnDeadlock.WARN, POOL - 1);
      List<GreenletTask<String>> requests = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        requests.add(
            runtime.spawn(
                SpawnOptions.defaults().on(runtime.hubs().get(i % 2)),
                () -> {
                  try (Connection held = gated.getConnection()) {
                    assertThat(held.isValid(5)).isTrue();
                    return help.ask(runtime, () -> use(gated));
                  }
                }));
      }
      for (GreenletTask<String> request : requests) {
        assertThat(request.get(30, TimeUnit.SECONDS)).isEqualTo("used");
      }
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aQueuedChildGoesAheadOnceItsParentHoldsAConnection(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("promoted", 2, LONG)) {
      DataSource gated = gated(pool, PoolGates.OnDeadlock.WARN, 2);
      List<String> served = new CopyOnWriteArrayList<>();
      Connection first = gated.getConnection();
      Connection second = inThread(gated::getConnection);
      CountDownLatch strangerWaits = new CountDownLatch(1);
      List<GreenletTask<Boolean>> child = new CopyOnWriteArrayList<>();
      GreenletTask<Boolean> parent =
          runtime.spawn(
              SpawnOptions.defaults().on(runtime.hubs().get(0)),
              () -> {
                child.add(
                    Greenlets.spawn(
                        () -> {
                          strangerWaits.await();
                          return serve(gated, "child", served);
                        }));
                try (Connection held = gated.getConnection()) {
                  assertThat(held.isValid(5)).isTrue();
                  return child.getFirst().get();
                }
              });
      await().until(() -> isQueued(parent));
      GreenletTask<Boolean> stranger =
          runtime.spawn(
              SpawnOptions.defaults().on(runtime.hubs().get(1)),
              () -> serve(gated, "stranger", served));
      await().until(() -> isQueued(stranger));
      strangerWaits.countDown();
      await().until(() -> isQueued(child.getFirst()));
      first.close();
      await().until(() -> !isQueued(parent));
      second.close();

      assertThat(parent.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(stranger.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(served).containsExactly("child", "stranger");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aDeadlockIsReportedOnce(EngineChoice engine, CapturedOutput output) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("circle", 2, Duration.ofMillis(1500))) {
      List<Outcome<String>> outcomes =
          parentsThatWait(runtime, gated(pool, PoolGates.OnDeadlock.WARN, 2));

      assertThat(outcomes).hasAtLeastOneElementOfType(Outcome.Failed.class);
      assertThat(output)
          .containsOnlyOnce("All 2 connections of pool 'circle' are held by")
          .contains("'parent 0'", "'parent 1'", "greenlet.jdbc.gate-width.pool=1");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aDeadlockFailsTheLastBorrowerIfConfigured(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("circle", 2, LONG)) {
      List<Outcome<String>> outcomes =
          parentsThatWait(runtime, gated(pool, PoolGates.OnDeadlock.FAIL, 2));

      assertThat(outcomes)
          .satisfiesOnlyOnce(
              outcome -> assertThat(outcome).isEqualTo(new Outcome.Returned<>("used")))
          .satisfiesOnlyOnce(
              outcome ->
                  assertThat(outcome)
                      .isInstanceOfSatisfying(
                          Outcome.Failed.class,
                          failed ->
                              assertThat(failed.cause())
                                  .rootCause()
                                  .isInstanceOf(DeadlockException.class)
                                  .hasMessageContainingAll(
                                      "All 2 connections of pool 'circle'",
                                      "'parent 0'",
                                      "'parent 1'")));
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aRunningHolderIsInNoDeadlock(EngineChoice engine, CapturedOutput output) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("working", 1, LONG)) {
      DataSource gated = gated(pool, PoolGates.OnDeadlock.FAIL, 1);
      CountDownLatch childWaits = new CountDownLatch(1);
      GreenletTask<String> parent =
          runtime.spawn(
              SpawnOptions.defaults().on(runtime.hubs().get(0)),
              () -> {
                GreenletTask<String> child;
                try (Connection held = gated.getConnection()) {
                  child =
                      Greenlets.spawn(
                          SpawnOptions.defaults().on(runtime.hubs().get(1)),
                          () -> {
                            childWaits.countDown();
                            return use(gated);
                          });
                  Greenlets.sleep(Duration.ofMillis(500)); // five checks
                  assertThat(held.isValid(5)).isTrue();
                }
                return child.get();
              });

      assertThat(parent.get(30, TimeUnit.SECONDS)).isEqualTo("used");
      assertThat(output).doesNotContain("connections of pool 'working'");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aHolderOnTheSharedLaneThatWaitsForAFutureOfTheJdkIsInTheDeadlock(EngineChoice engine)
      throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("futures", 1, LONG)) {
      DataSource gated = gated(pool, PoolGates.OnDeadlock.FAIL, 1);
      GreenletTask<String> holder =
          runtime.spawn(
              SpawnOptions.named("holder").on(runtime.sharedLane()),
              () -> {
                CompletableFuture<String> answer = new CompletableFuture<>();
                try (Connection held = gated.getConnection()) {
                  assertThat(held.isClosed()).isFalse();
                  Greenlets.spawn(() -> use(gated)).onComplete(child -> completeBy(child, answer));
                  return answer.get();
                }
              });

      assertThat(holder.get(30, TimeUnit.SECONDS))
          .contains("All 1 connections of pool 'futures'", "'holder'");
    }
  }

  /** Completes the future with the message of the failure of the greenlet. */
  private static void completeBy(GreenletTask<?> ended, CompletableFuture<String> answer) {
    if (ended.outcome() instanceof Outcome.Failed<?>(Throwable cause)) {
      answer.complete(String.valueOf(cause.getMessage()));
    }
  }

  /**
   * Spawns two greenlets that hold both connections of the pool, each of which waits for a child
   * that needs one.
   */
  private static List<Outcome<String>> parentsThatWait(GreenletRuntime runtime, DataSource gated)
      throws InterruptedException {
    CountDownLatch both = new CountDownLatch(2);
    List<GreenletTask<String>> parents = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      parents.add(
          runtime.spawn(
              SpawnOptions.named("parent " + i).on(runtime.hubs().get(i)),
              () -> {
                try (Connection held = gated.getConnection()) {
                  assertThat(held.isClosed()).isFalse();
                  both.countDown();
                  both.await();
                  return Greenlets.spawn(() -> use(gated)).get();
                }
              }));
    }
    List<Outcome<String>> outcomes = new ArrayList<>();
    for (GreenletTask<String> parent : parents) {
      outcomes.add(parent.join());
    }
    return outcomes;
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void aCheckForDeadlocksThatCannotStartLosesNoConnection(EngineChoice engine) throws Exception {
    try (GreenletRuntime runtime = runtime(engine);
        HikariDataSource pool = TestPostgres.pool("unwatched", 2, LONG);
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1)) {
      Loans loans = new Loans();
      PoolGate gate =
          new PoolGate(new HikariPool(pool), "pool", 2, loans, PoolGates.OnDeadlock.WARN, timer);
      Callable<Boolean> use =
          () -> {
            Connection connection = gate.pass(pool::getConnection);
            connection.close();
            loans.giveBack(connection);
            return true;
          };
      Connection other = gate.pass(pool::getConnection);
      CountDownLatch timerEnded = new CountDownLatch(1);
      CountDownLatch asked = new CountDownLatch(1);
      GreenletTask<List<Outcome<Boolean>>> parent =
          runtime.spawn(
              SpawnOptions.defaults().on(runtime.sharedLane()),
              () -> {
                Connection held = gate.pass(pool::getConnection);
                GreenletTask<Boolean> first = Greenlets.spawn(use);
                GreenletTask<Boolean> second = Greenlets.spawn(use);
                timerEnded.await();
                GreenletTask<Boolean> third = Greenlets.spawn(use);
                third.join();
                asked.countDown();
                List<Outcome<Boolean>> ends = Greenlets.joinAll(List.of(first, second, third));
                held.close();
                loans.giveBack(held);
                return ends;
              });
      await().until(() -> gate.queued() == 2);
      timer.shutdown();
      assertThat(timer.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
      timerEnded.countDown();
      assertThat(asked.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(gate.queued()).as("the third has left").isEqualTo(2);
      other.close();
      loans.giveBack(other);

      assertThat(parent.get(1, TimeUnit.MINUTES))
          .satisfiesExactlyInAnyOrder(
              served -> assertThat(served).isInstanceOf(Outcome.Returned.class),
              PoolFamilyTests::isRejected,
              PoolFamilyTests::isRejected);
      try (Connection one = gate.pass(pool::getConnection);
          Connection two = gate.pass(pool::getConnection)) {
        assertThat(one.isValid(5) && two.isValid(5)).isTrue();
      }
    }
  }

  private static void isRejected(Outcome<?> end) {
    assertThat(end)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.cause()).isInstanceOf(RejectedExecutionException.class));
  }

  private static GreenletRuntime runtime(EngineChoice engine) {
    return GreenletRuntime.builder().engine(engine).hubs(2).build();
  }

  private static DataSource gated(DataSource pool, PoolGates.OnDeadlock onDeadlock, int width) {
    SwitchPointJdbcListener listener = new SwitchPointJdbcListener();
    PoolGates gates = new PoolGates(true, Map.of("pool", width), onDeadlock);
    return (DataSource)
        new SwitchPointDataSourcePostProcessor(() -> listener, () -> gates)
            .postProcessAfterInitialization(pool, "pool");
  }

  private static String use(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThat(connection.isClosed()).isFalse();
      return "used";
    }
  }

  /** Records the name while the connection is held. */
  private static boolean serve(DataSource dataSource, String name, List<String> served)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return connection.isValid(5) && served.add(name);
    }
  }

  private static boolean isQueued(GreenletTask<?> task) {
    return task.waitingOn() != null && task.waitingOn().detail().startsWith("getConnection");
  }

  private static <T> T inThread(Callable<T> call) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                result.complete(call.call());
              } catch (Exception failure) {
                result.completeExceptionally(failure);
              }
            });
    return result.get();
  }
}
