package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Greenlets of a hub run one at a time; those of the shared lane do not. */
@EachEngine
class ExclusivityTests extends HubContract {
  ExclusivityTests(TestEngine engine) {
    super(engine);
  }

  @Test
  void greenletsOfAHubNeverRunAtOnce() throws Exception {
    Counter counter = new Counter();
    List<GreenletTask<@Nullable Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      tasks.add(
          onHub(
              "increment",
              () -> {
                Greenlets.yieldNow();
                counter.incrementWithoutLock();
                Greenlets.sleep(Duration.ofNanos(1));
                counter.incrementWithoutLock();
                return null;
              }));
    }
    Greenlets.joinAll(tasks);

    assertThat(counter.value).isEqualTo(4_000);
    assertThat(counter.overlaps.get()).isZero();
  }

  @Test
  void greenletsOfTheSharedLaneDoRunAtOnce() throws Exception {
    CountDownLatch bothHere = new CountDownLatch(2);
    List<GreenletTask<Boolean>> tasks =
        IntStream.range(0, 2)
            .mapToObj(
                i ->
                    runtime.<Boolean>spawn(
                        SpawnOptions.named("shared"),
                        () -> {
                          bothHere.countDown();
                          return spinUntil(() -> bothHere.getCount() == 0);
                        }))
            .toList();

    for (GreenletTask<Boolean> task : tasks) {
      assertThat(task.get()).isTrue();
    }
  }

  @Test
  void takesTurnsInTheOrderOfYielding() throws Exception {
    StringBuilder trail = new StringBuilder();
    GreenletTask<@Nullable Void> root =
        onHub(
            "root",
            () -> {
              for (String who : List.of("1", "2")) {
                Greenlets.spawn(
                    () -> {
                      trail.append(who).append("A ");
                      Greenlets.yieldNow();
                      trail.append(who).append("B ");
                      return null;
                    });
              }
              trail.append("0 ");
              return null;
            });
    root.get();
    runtime.awaitQuiescence(LONG);

    assertThat(trail).hasToString("0 1A 2A 1B 2B ");
  }

  @Test
  void aSpawnedChildRunsWhenTheSpawnerGivesUpItsHub() throws Exception {
    AtomicBoolean ran = new AtomicBoolean();
    GreenletTask<Boolean> parent =
        onHub(
            "parent",
            () -> {
              GreenletTask<?> child =
                  Greenlets.spawn(
                      () -> {
                        ran.set(true);
                        return null;
                      });
              boolean early = ran.get();
              child.join();
              return early;
            });

    assertThat(parent.get()).isFalse();
    assertThat(ran).isTrue();
  }
}
