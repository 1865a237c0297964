package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many greenlets, and nothing of them stays: {@code ./mvnw -Psoak -pl greenlet-core test
 * -Dtest=SoakTests}.
 */
@Tag("soak")
@Timeout(600)
class SoakTests {
  private static final int SPAWNED = 1_000_000;
  private static final int ALIVE_AT_ONCE = 100_000;
  private static final int KILLED = 10_000;
  private static final int BATCH = 1_000;
  private static final Duration LONG = Duration.ofMinutes(5);

  @ParameterizedTest
  @EnumSource(
      value = TestEngine.class,
      names = {"NATIVE", "PORTABLE"})
  void nothingStays(TestEngine engine) throws Exception {
    try (GreenletRuntime runtime = engine.builder().hubs(2).build()) {
      spawnAndFinish(runtime, SPAWNED / 10); // lets the JVM settle
      liveAtOnce(runtime, ALIVE_AT_ONCE, KILLED);
      long heapBefore = heapAfterCollection();
      Set<String> carriersBefore = carriers();

      long spawnNanos = timed(() -> spawnAndFinish(runtime, SPAWNED));
      long aliveNanos = timed(() -> liveAtOnce(runtime, ALIVE_AT_ONCE, KILLED));

      assertThat(runtime.live()).isEmpty();
      assertThat(runtime.sharedLane().live()).isZero();
      for (Hub hub : runtime.hubs()) {
        assertThat(hub.live()).isZero();
        assertThat(runtime.spawn(SpawnOptions.defaults().on(hub), () -> "serves").get())
            .isEqualTo("serves");
      }
      assertThat(runtime.spawn(SpawnOptions.defaults(), () -> "serves").get()).isEqualTo("serves");
      assertThat(carriers()).isEqualTo(carriersBefore);
      long heapAfter = heapAfterCollection();
      System.out.println(
          ("soak on %s: %d spawned and finished in %d ms; %d alive at once, %d killed, in %d ms; heap %d kB"
                  + " before, %d kB after")
              .formatted(
                  engine,
                  SPAWNED,
                  spawnNanos / 1_000_000,
                  ALIVE_AT_ONCE,
                  KILLED,
                  aliveNanos / 1_000_000,
                  heapBefore / 1024,
                  heapAfter / 1024));
      assertThat(heapAfter).isLessThan(heapBefore * 11 / 10);
    }
  }

  private static void spawnAndFinish(GreenletRuntime runtime, int number) throws Exception {
    List<GreenletTask<Boolean>> spawners = new ArrayList<>();
    for (Hub hub : runtime.hubs()) {
      int share = number / runtime.hubs().size() / BATCH;
      spawners.add(
          runtime.spawn(
              SpawnOptions.defaults().on(hub),
              () -> {
                for (int batch = 0; batch < share; batch++) {
                  List<GreenletTask<Integer>> tasks = new ArrayList<>(BATCH);
                  for (int i = 0; i < BATCH; i++) {
                    int value = i;
                    tasks.add(Greenlets.spawn(() -> value));
                  }
                  Greenlets.getAll(tasks);
                }
                return true;
              }));
    }
    assertThat(Greenlets.getAll(spawners)).containsOnly(true);
    assertThat(runtime.awaitQuiescence(LONG)).isTrue();
  }

  private static void liveAtOnce(GreenletRuntime runtime, int number, int killed) throws Exception {
    GreenletTask<?> gate = runtime.spawn(SpawnOptions.named("gate"), SoakTests::sleepLong);
    List<GreenletTask<Boolean>> waiting = new ArrayList<>(number);
    for (int i = 0; i < number; i++) {
      Hub hub = runtime.hubs().get(i % runtime.hubs().size());
      waiting.add(
          runtime.spawn(
              SpawnOptions.defaults().on(hub),
              () -> {
                gate.join();
                return true;
              }));
    }
    assertThat(runtime.live()).hasSize(number + 1);
    Collections.shuffle(waiting, new Random(42));
    assertThat(Greenlets.killAll(waiting.subList(0, killed), "the soak test wants it", LONG))
        .isEmpty();
    gate.kill("open");
    assertThat(Greenlets.getAll(waiting.subList(killed, number))).containsOnly(true);
    assertThat(runtime.awaitQuiescence(LONG)).isTrue();
  }

  private static @Nullable Object sleepLong() throws InterruptedException {
    Greenlets.sleep(Duration.ofDays(1));
    return null;
  }

  /** The platform threads of ours; a portable hub's is virtual, and shows by serving. */
  private static Set<String> carriers() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("greenlet-"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long heapAfterCollection() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Runtime jvm = Runtime.getRuntime();
      least = Math.min(least, jvm.totalMemory() - jvm.freeMemory());
    }
    return least;
  }

  private interface Work {
    void run() throws Exception;
  }

  private static long timed(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }
}
