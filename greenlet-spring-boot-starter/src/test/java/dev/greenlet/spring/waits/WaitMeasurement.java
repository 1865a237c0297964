package dev.greenlet.spring.waits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.watchdog.HubBlockedEvent;
import dev.greenlet.watchdog.HubWatchdog;
import dev.greenlet.watchdog.WatchdogOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Lets one greenlet of a hub wait, and looks whether another one of the hub gets on meanwhile. If
 * it does not, the watchdog must say who keeps the hub; else the measurement fails.
 */
final class WaitMeasurement {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Duration THRESHOLD = Duration.ofMillis(20);
  private static final Duration PASSING = Duration.ofMillis(200);
  private static final Duration LENT_BY = Duration.ofMillis(1_800);
  private static final String CULPRIT = "who waits";

  private final EngineChoice engine;
  private final Wait.Opening opening;
  private final List<HubBlockedEvent> reports = new CopyOnWriteArrayList<>();

  WaitMeasurement(EngineChoice engine, Wait.Opening opening) {
    this.engine = engine;
    this.opening = opening;
  }

  /** What the wait does to the hub of the one who waits. */
  Finding onTheHub() throws Exception {
    return measure(false);
  }

  /** What it does when it is offloaded. */
  Finding offloaded() throws Exception {
    return measure(true);
  }

  private Finding measure(boolean offloaded) throws Exception {
    reports.clear();
    Wait wait = opening.open();
    try (GreenletRuntime runtime = GreenletRuntime.builder().engine(engine).hubs(1).build();
        HubWatchdog watchdog =
            new HubWatchdog(runtime, WatchdogOptions.defaults().withThreshold(THRESHOLD))) {
      watchdog.addListener(reports::add);
      watchdog.start();
      return measure(runtime, wait, offloaded);
    } finally {
      wait.release();
    }
  }

  private Finding measure(GreenletRuntime runtime, Wait wait, boolean offloaded) throws Exception {
    CompletableFuture<Thread> waiting = new CompletableFuture<>();
    GreenletTask<Boolean> waiter =
        runtime.spawn(
            onHub(runtime, CULPRIT),
            () -> {
              waiting.complete(Thread.currentThread());
              if (offloaded) {
                Greenlets.<@Nullable Void, Exception>offload(() -> begin(wait));
              } else {
                begin(wait);
              }
              return true;
            });
    Thread thread = waiting.get();
    try {
      return find(runtime, wait, waiter);
    } finally {
      wait.end(thread);
      assertThat(waiter.get()).as("the wait ends well").isTrue();
    }
  }

  private static @Nullable Void begin(Wait wait) throws Exception {
    wait.begin();
    return null;
  }

  private Finding find(GreenletRuntime runtime, Wait wait, GreenletTask<?> waiter)
      throws Exception {
    await("it waits").until(() -> wait.isReached() || isReported(wait));
    for (int i = 0; i < 3; i++) {
      GreenletTask<Integer> other = runtime.spawn(onHub(runtime, "another"), () -> 42);
      await("others get on, or somebody tells why not")
          .until(() -> other.isDone() || isReported(wait));
      if (other.join(PASSING) == null) {
        return other.join(LENT_BY) == null
            ? Finding.KEEPS_AND_IS_REPORTED
            : Finding.LENDS_AFTER_A_SECOND;
      }
    }
    assertThat(waiter.isDone()).as("still waits").isFalse();
    return Finding.YIELDS;
  }

  private static ConditionFactory await(String what) {
    return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(5));
  }

  private boolean isReported(Wait wait) {
    return reports.stream()
        .anyMatch(
            report ->
                report.greenletName().equals(CULPRIT) && wait.causes().contains(report.cause()));
  }

  private static SpawnOptions onHub(GreenletRuntime runtime, String name) {
    return SpawnOptions.named(name).on(runtime.hubs().getFirst());
  }
}
