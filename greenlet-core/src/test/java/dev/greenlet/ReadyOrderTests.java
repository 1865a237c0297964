package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.schedule.ReadyOrder;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@EachEngine
@Timeout(60)
class ReadyOrderTests {
  private final TestEngine engine;

  ReadyOrderTests(TestEngine engine) {
    this.engine = engine;
  }

  @Test
  void theSameSeedGivesTheSameRun() throws Exception {
    for (long seed = 0; seed < 10; seed++) {
      assertThat(run(seed)).isEqualTo(run(seed));
    }
  }

  @Test
  void differentSeedsGiveDifferentRuns() throws Exception {
    Set<String> runs = new HashSet<>();
    for (long seed = 0; seed < 10; seed++) {
      runs.add(run(seed));
    }

    assertThat(runs).hasSizeGreaterThan(5);
  }

  private String run(long seed) throws Exception {
    StringBuilder trail = new StringBuilder();
    try (GreenletRuntime runtime = engine.builder().readyOrder(ReadyOrder.seeded(seed)).build()) {
      runtime
          .spawn(
              SpawnOptions.named("root").on(runtime.hubs().getFirst()),
              () ->
                  Greenlets.joinAll(IntStream.range(0, 5).mapToObj(i -> walker(trail, i)).toList()))
          .get();
    }
    return trail.toString();
  }

  private static GreenletTask<Integer> walker(StringBuilder trail, int number) {
    return Greenlets.spawn(
        () -> {
          for (int step = 0; step < 4; step++) {
            trail.append(number);
            Greenlets.yieldNow();
          }
          return number;
        });
  }
}
