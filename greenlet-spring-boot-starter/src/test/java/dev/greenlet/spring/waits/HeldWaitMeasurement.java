package dev.greenlet.spring.waits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Lane;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.testing.Hold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Lets one greenlet wait while it holds something, and three others ask for what it holds; then
 * measures how long it takes until a further greenlet of the same lane has run.
 */
final class HeldWaitMeasurement {
  private static final Duration SERVED_BY = Duration.ofSeconds(2);
  private static final Duration AT_ONCE = Duration.ofMillis(700);
  private static final int CONTENDERS = 3;

  private final EngineChoice engine;
  private final boolean onHub;
  private final Hold.Way way;
  private final Wait.Opening opening;

  HeldWaitMeasurement(EngineChoice engine, boolean onHub, Hold.Way way, Wait.Opening opening) {
    this.engine = engine;
    this.onHub = onHub;
    this.way = way;
    this.opening = opening;
  }

  /** Measures; fails unless all end, and the bystander in time. */
  ServedBystander measure() throws Exception {
    Wait wait = opening.open();
    try (GreenletRuntime runtime =
        GreenletRuntime.builder().engine(engine).hubs(1).sharedCarriers(2).build()) {
      return measure(runtime, onHub ? runtime.hubs().getFirst() : runtime.sharedLane(), wait);
    } finally {
      wait.release();
    }
  }

  private ServedBystander measure(GreenletRuntime runtime, Lane lane, Wait wait) throws Exception {
    Hold hold = way.create();
    CompletableFuture<Thread> inside = new CompletableFuture<>();
    List<GreenletTask<String>> greenlets = new ArrayList<>();
    greenlets.add(
        go(
            runtime,
            lane,
            "holder",
            () -> {
              inside.complete(Thread.currentThread());
              begin(wait);
            },
            hold));
    Thread holder = inside.get(20, TimeUnit.SECONDS);
    ServedBystander served;
    try {
      Awaitility.await("the holder waits").atMost(Duration.ofSeconds(20)).until(wait::isReached);
      for (int i = 0; i < CONTENDERS; i++) {
        greenlets.add(go(runtime, lane, "contender", () -> {}, hold));
      }
      served = serve(runtime, lane);
      assertThat(greenlets.getFirst().isDone()).as("the holder still waits").isFalse();
    } finally {
      wait.end(holder);
    }
    for (GreenletTask<String> greenlet : greenlets) {
      assertThat(greenlet.get(10, TimeUnit.SECONDS)).isEqualTo("ended");
    }
    return served;
  }

  private static ServedBystander serve(GreenletRuntime runtime, Lane lane) throws Exception {
    long spawned = System.nanoTime();
    GreenletTask<Long> bystander =
        runtime.spawn(SpawnOptions.named("bystander").on(lane), System::nanoTime);
    assertThat(bystander.join(SERVED_BY)).as("the bystander ran within %s", SERVED_BY).isNotNull();
    return bystander.get() - spawned < AT_ONCE.toNanos()
        ? ServedBystander.AT_ONCE
        : ServedBystander.AFTER_A_SECOND;
  }

  private static GreenletTask<String> go(
      GreenletRuntime runtime, Lane lane, String name, Runnable action, Hold hold) {
    return runtime.spawn(
        SpawnOptions.named(name).on(lane),
        () -> {
          hold.in(action);
          return "ended";
        });
  }

  private static void begin(Wait wait) {
    try {
      wait.begin();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }
}
