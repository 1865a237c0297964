package dev.greenlet.spring.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A thousand greenlets repeatedly borrow one of ten connections. In a fair queue each of them waits
 * for about as long as the others, independently of the load of the machine.
 */
@Timeout(300)
class PoolFairnessTests {
  private static final int GREENLETS = 1_000;
  private static final int POOL = 10;
  private static final int ROUNDS = 4; // in the first one the queue fills
  private static final int ATTEMPTS = 3; // other load may stop the clock of the machine for a while

  /** The durations of the waits for a connection. */
  private record Waits(long median, long longest) {
    static Waits of(long[] waits) {
      long[] sorted = waits.clone();
      Arrays.sort(sorted);
      return new Waits(sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }

    boolean areFair() {
      return longest <= 2 * median;
    }

    @Override
    public String toString() {
      return "median %d ms, longest %d ms".formatted(median / 1_000_000, longest / 1_000_000);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void theLongestWaitInTheQueueIsAtMostTwiceTheMedian(EngineChoice engine) {
    List<Waits> attempts = new ArrayList<>();
    do {
      attempts.add(waits(engine, true));
    } while (!attempts.getLast().areFair() && attempts.size() < ATTEMPTS);

    assertThat(attempts).last().matches(Waits::areFair, "is fair");
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE", "PORTABLE"})
  void someBorrowersStarveWithoutTheQueue(EngineChoice engine) {
    assertThat(waits(engine, false)).matches(waits -> !waits.areFair(), "is unfair");
  }

  private static Waits waits(EngineChoice engine, boolean gate) {
    try (GreenletRuntime runtime = GreenletRuntime.builder().engine(engine).hubs(1).build();
        HikariDataSource pool = TestPostgres.pool("fair", POOL, Duration.ofMinutes(2))) {
      DataSource dataSource =
          (DataSource)
              new SwitchPointDataSourcePostProcessor(
                      SwitchPointJdbcListener::new, () -> new PoolGates(gate, Map.of()))
                  .postProcessAfterInitialization(pool, "dataSource");
      long[] waits = new long[GREENLETS * ROUNDS];
      AtomicInteger next = new AtomicInteger();
      List<GreenletTask<Integer>> tasks =
          IntStream.range(0, GREENLETS)
              .mapToObj(
                  i ->
                      runtime.spawn(
                          SpawnOptions.defaults().on(runtime.hubs().getFirst()),
                          () -> {
                            for (int round = 0; round < ROUNDS; round++) {
                              waits[next.getAndIncrement()] = use(dataSource);
                            }
                            return ROUNDS;
                          }))
              .toList();
      for (GreenletTask<Integer> task : tasks) {
        task.get();
      }
      return Waits.of(waits);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private static long use(DataSource dataSource) throws SQLException {
    long asked = System.nanoTime();
    try (Connection connection = dataSource.getConnection()) {
      long waited = System.nanoTime() - asked;
      try (Statement statement = connection.createStatement()) {
        statement.execute("select pg_sleep(0.005)");
      }
      return waited;
    }
  }
}
