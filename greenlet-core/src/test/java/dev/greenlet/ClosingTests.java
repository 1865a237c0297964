package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of greenlets whose runtime is closed. */
@EachEngine
class ClosingTests extends HubContract {
  ClosingTests(TestEngine engine) {
    super(engine);
  }

  @Test
  void closingKillsWhatLives() throws Exception {
    GreenletTask<@Nullable Void> sleeper =
        onHub(
            "sleeper",
            () -> {
              Greenlets.sleep(LONG);
              return null;
            });
    runtime.close();

    assertThat(sleeper.join()).isInstanceOf(Outcome.Killed.class);
    await().untilAsserted(() -> assertThat(hub.state()).isEqualTo(Hub.State.CLOSED));
  }

  @Test
  void aCloseWhoseCallerIsKilledStopsTheCarriersAllTheSame() throws Exception {
    GreenletRuntime closing = engine.builder().hubs(1).build();
    Hub closed = closing.hubs().getFirst();
    CountDownLatch begun = new CountDownLatch(1);
    closing.spawn(
        SpawnOptions.named("stubborn").on(closed),
        () -> {
          begun.countDown();
          return Greenlets.shielded(
              () -> {
                Greenlets.sleep(LONG);
                return "ended";
              });
        });
    begun.await();
    GreenletTask<@Nullable Void> closer =
        onHub(
            "closer",
            () -> {
              closing.close(LONG);
              return null;
            });
    await().until(() -> closer.greenletState() == GreenletState.PARKED);
    closer.kill("by a test");

    assertThat(closer.join()).isInstanceOf(Outcome.Killed.class);
    await().untilAsserted(() -> assertThat(closed.state()).isEqualTo(Hub.State.CLOSED));
  }

  @Test
  void whatOutlivesItsRuntimeStillComesToAnEnd() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<String> survivor =
        onHub(
            "survivor",
            () -> {
              begun.countDown();
              SwitchPoint.enterUncancellable(new WaitReason("jdbc", "commit")).close();
              awaitIgnoringInterrupts(release);
              try {
                Greenlets.sleep(Duration.ofMillis(1));
              } catch (GreenletExit killedAtLast) {
                waitShielded();
              }
              return "ended";
            });
    begun.await(); // its slice counts before its body begins
    Thread closer = Thread.ofPlatform().start(() -> runtime.close(Duration.ZERO));
    await()
        .until(() -> ((DefaultGreenletTask<?>) survivor).cancellation().mayEndWait()); // is killed
    if (engine == TestEngine.NATIVE) {
      await().until(() -> hub.state() == Hub.State.CLOSED);
    }
    release.countDown();
    closer.join();

    assertThat(survivor.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void whateverTheKilledStillWaitForWhenTheirHubEndsTheyWakeUp() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (GreenletRuntime closing = engine.builder().build()) {
        List<GreenletTask<@Nullable Void>> survivors = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          survivors.add(
              closing.spawn(
                  SpawnOptions.named("survivor").on(closing.hubs().getFirst()),
                  () -> {
                    try {
                      Greenlets.sleep(LONG);
                    } finally {
                      waitShielded();
                    }
                    return null;
                  }));
        }
        await().until(() -> closing.hubs().getFirst().switches() >= 50);
        closing.close(Duration.ZERO);

        assertThat(Greenlets.joinAll(survivors)).allMatch(Outcome.Killed.class::isInstance);
      }
    }
  }

  private static void waitShielded() throws InterruptedException {
    Greenlets.<@Nullable Void, InterruptedException>shielded(
        () -> {
          Greenlets.yieldNow();
          Greenlets.sleep(Duration.ofMillis(1));
          return null;
        });
  }
}
