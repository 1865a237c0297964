package dev.greenlet.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.SpawnOptions;
import dev.greenlet.TestEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The watchdog reports a lane whose carriers are all occupied. */
@ParameterizedClass(name = "on {0}")
@EnumSource(names = {"NATIVE", "PORTABLE"})
@Timeout(60)
class StarvedLaneTests {
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<GreenletTask<String>> computing = new ArrayList<>();
  private final List<LaneStarvedEvent> starved = new CopyOnWriteArrayList<>();
  private final List<LaneRecoveredEvent> recovered = new CopyOnWriteArrayList<>();
  private final GreenletRuntime runtime;
  private final HubWatchdog watchdog;
  private final int carriers;

  StarvedLaneTests(TestEngine engine) {
    carriers = engine == TestEngine.NATIVE ? 1 : Runtime.getRuntime().availableProcessors();
    runtime = engine.builder().name("app").sharedCarriers(1).maxSharedCarriers(1).build();
    watchdog = new HubWatchdog(runtime, WatchdogOptions.defaults());
    watchdog.addListener(
        new HubListener() {
          @Override
          public void blocked(HubBlockedEvent event) {}

          @Override
          public void starved(LaneStarvedEvent event) {
            starved.add(event);
          }

          @Override
          public void recovered(LaneRecoveredEvent event) {
            recovered.add(event);
          }
        });
  }

  @AfterEach
  void stop() throws Exception {
    over.set(true);
    for (GreenletTask<String> each : computing) {
      each.get(5, TimeUnit.SECONDS);
    }
    watchdog.close();
    runtime.close();
  }

  @Test
  void reportsItOnceWithWhatRunsThereAndWhenItIsOver() throws Exception {
    for (int i = 0; i < carriers; i++) {
      computing.add(
          runtime.spawn(
              SpawnOptions.named("computes"),
              () -> {
                while (!over.get()) {
                  Thread.onSpinWait();
                }
                return "computed";
              }));
    }
    GreenletTask<String> ready = runtime.spawn(SpawnOptions.named("ready"), () -> "ran");
    await()
        .until(
            () -> {
              watchdog.tick();
              return !starved.isEmpty();
            });
    watchdog.tick();

    assertThat(starved).hasSize(1);
    LaneStarvedEvent event = starved.getFirst();
    assertThat(event.lane()).isEqualTo("app-shared");
    assertThat(event.duration()).isGreaterThanOrEqualTo(event.threshold());
    assertThat(event.occupants())
        .hasSize(carriers)
        .allMatch(occupant -> occupant.matches("greenlet \\d+ 'computes' at .*StarvedLaneTests.*"));
    assertThat(ready.isDone()).isFalse();

    over.set(true);
    assertThat(ready.get(5, TimeUnit.SECONDS)).isEqualTo("ran");
    await()
        .untilAsserted(
            () -> {
              watchdog.tick();
              assertThat(recovered).hasSize(1);
            });
    assertThat(recovered.getFirst().incident()).isEqualTo(event);
  }
}
