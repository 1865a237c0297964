package dev.greenlet.spring.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.autoconfigure.GreenletAutoConfiguration;
import dev.greenlet.spring.autoconfigure.GreenletWatchdogAutoConfiguration;
import dev.greenlet.watchdog.HubBlockedEvent;
import dev.greenlet.watchdog.HubRecoveredEvent;
import dev.greenlet.watchdog.HubWatchdog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

class WatchdogEventsTests {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  GreenletAutoConfiguration.class, GreenletWatchdogAutoConfiguration.class))
          .withBean(Listener.class);

  @ParameterizedTest
  @ValueSource(strings = {"native", "portable"})
  void blockedHubsAndTheirRecoveryAreApplicationEvents(String engine) {
    runner
        .withPropertyValues("greenlet.engine=" + engine, "greenlet.watchdog.threshold=20ms")
        .run(
            context -> {
              GreenletRuntime runtime = context.getBean(GreenletRuntime.class);
              Listener listener = context.getBean(Listener.class);
              CountDownLatch release = new CountDownLatch(1);
              runtime.spawn(
                  SpawnOptions.named("busy").on(runtime.hubs().getFirst()),
                  () -> {
                    while (release.getCount() > 0) {
                      Thread.onSpinWait();
                    }
                    return true;
                  });

              await()
                  .atMost(Duration.ofSeconds(30))
                  .untilAsserted(
                      () ->
                          assertThat(listener.blocked)
                              .extracting(HubBlockedEvent::greenletName)
                              .containsExactly("busy"));
              assertThat(listener.recovered).isEmpty();
              release.countDown();
              await()
                  .atMost(Duration.ofSeconds(30))
                  .untilAsserted(() -> assertThat(listener.recovered).hasSize(1));
            });
  }

  @Test
  void noWatchdogWhenItIsNotWanted() {
    runner
        .withPropertyValues("greenlet.watchdog.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HubWatchdog.class));
  }

  @Test
  void aThresholdOfNothingStopsTheStart() {
    runner
        .withPropertyValues("greenlet.watchdog.threshold=0s")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("'greenlet.watchdog.threshold' must be positive"));
  }

  @Test
  void theWatchdogEndsWithTheContext() {
    HubWatchdog[] watchdog = new HubWatchdog[1];
    runner.run(context -> watchdog[0] = context.getBean(HubWatchdog.class));

    await().until(() -> !watchdog[0].isRunning());
  }

  static class Listener {
    private final List<HubBlockedEvent> blocked = new CopyOnWriteArrayList<>();
    private final List<HubRecoveredEvent> recovered = new CopyOnWriteArrayList<>();

    @EventListener
    void blocked(HubBlockedEvent event) {
      blocked.add(event);
    }

    @EventListener
    void recovered(HubRecoveredEvent event) {
      recovered.add(event);
    }
  }
}
