package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@EachEngine
@Timeout(60)
class GreenletTimeTests {
  private final ManualTime time = new ManualTime();
  private final GreenletRuntime runtime;

  GreenletTimeTests(TestEngine engine) {
    runtime = engine.builder().time(time).build();
  }

  @AfterEach
  void stop() {
    runtime.close();
  }

  @Test
  void sleepersWakeInTheOrderOfTheirTimes() throws Exception {
    List<Integer> woken = new ArrayList<>();
    List<GreenletTask<Boolean>> sleepers = new ArrayList<>();
    for (int minutes : List.of(30, 10, 20, 10)) {
      sleepers.add(sleeper(runtime.hubs().getFirst(), minutes, woken));
    }
    await().until(() -> sleepers.stream().allMatch(GreenletTimeTests::isParked));

    time.advance(Duration.ofMinutes(9));
    assertThat(sleepers).allMatch(GreenletTimeTests::isParked);
    time.advance(Duration.ofMinutes(1));
    sleepers.get(1).get();
    sleepers.get(3).get();
    assertThat(woken).containsExactly(10, 10);
    time.advance(Duration.ofMinutes(20));
    Greenlets.joinAll(sleepers);
    assertThat(woken).containsExactly(10, 10, 20, 30);
  }

  @Test
  void aSleepOfNoTimeLetsTheOthersRun() throws Exception {
    List<String> ran = new ArrayList<>(); // by greenlets of one hub
    GreenletTask<Boolean> sleeper =
        runtime.spawn(
            SpawnOptions.defaults().on(runtime.hubs().getFirst()),
            () -> {
              GreenletTask<Boolean> other = Greenlets.spawn(() -> ran.add("other"));
              Greenlets.sleep(Duration.ZERO);
              ran.add("sleeper");
              return other.get();
            });

    assertThat(sleeper.get()).isTrue();
    assertThat(ran).containsExactly("other", "sleeper");
  }

  @Test
  void greenletsOfTheSharedLaneSleepOnTheSameClock() throws Exception {
    GreenletTask<Boolean> sleeper = sleeper(runtime.sharedLane(), 10, new ArrayList<>());
    await().until(() -> isParked(sleeper));
    time.advance(Duration.ofMinutes(10));

    assertThat(sleeper.get()).isTrue();
    assertThat(sleeper.age()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void aYieldingGreenletDoesNotKeepTimersFromFiring() throws Exception {
    Hub hub = runtime.hubs().getFirst();
    GreenletTask<Boolean> sleeper = sleeper(hub, 10, new ArrayList<>());
    await().until(() -> isParked(sleeper));
    GreenletTask<Integer> yielder =
        runtime.spawn(
            SpawnOptions.named("yielder").on(hub),
            () -> {
              time.advance(Duration.ofMinutes(10));
              int yields = 0;
              while (!sleeper.isDone()) {
                Greenlets.yieldNow();
                yields++;
              }
              return yields;
            });

    assertThat(yielder.get()).isEqualTo(2); // one turn for the timer, one for the sleeper
  }

  @Test
  void whoIsWokenEarlierLeavesNoTimerBehind() throws Exception {
    GreenletTask<Boolean> sleeper = sleeper(runtime.hubs().getFirst(), 10, new ArrayList<>());
    await().until(() -> isParked(sleeper));
    sleeper.kill("test");

    assertThat(sleeper.join()).isInstanceOf(Outcome.Killed.class);
    time.advance(Duration.ofMinutes(10));
    assertThat(runtime.spawn(SpawnOptions.defaults(), () -> 1).get()).isEqualTo(1);
  }

  private GreenletTask<Boolean> sleeper(Lane lane, int minutes, List<Integer> woken) {
    return runtime.spawn(
        SpawnOptions.named("sleeper " + minutes).on(lane),
        () -> {
          Greenlets.sleep(Duration.ofMinutes(minutes));
          return woken.add(minutes);
        });
  }

  private static boolean isParked(GreenletTask<?> task) {
    return task.greenletState() == GreenletState.PARKED;
  }
}
