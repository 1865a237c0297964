package dev.greenlet.sync;

import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Hub;
import dev.greenlet.SpawnOptions;
import dev.greenlet.Synchronizer;
import dev.greenlet.TestEngine;
import dev.greenlet.testing.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Two hubs on a manual clock, and plain threads. */
@Timeout(60)
abstract class SyncContract {
  static final Duration HOUR = Duration.ofHours(1);
  static final Duration SECOND = Duration.ofSeconds(1);
  static final Duration MOMENT = Duration.ofMillis(1);

  final ManualTime time = new ManualTime();
  final List<String> log = new CopyOnWriteArrayList<>();
  private final TestEngine engine;
  GreenletRuntime runtime;
  Hub hub;
  Hub otherHub;

  @SuppressWarnings("NullAway.Init") // by start()
  SyncContract(TestEngine engine) {
    this.engine = engine;
  }

  @BeforeEach
  void start() {
    runtime = engine.builder().hubs(2).time(time).build();
    hub = runtime.hubs().get(0);
    otherHub = runtime.hubs().get(1);
  }

  @AfterEach
  void stop() {
    runtime.close();
  }

  <T extends @Nullable Object> GreenletTask<T> onHub(String name, Callable<? extends T> body) {
    return runtime.spawn(SpawnOptions.named(name).on(hub), body);
  }

  <T extends @Nullable Object> GreenletTask<T> onOtherHub(String name, Callable<? extends T> body) {
    return runtime.spawn(SpawnOptions.named(name).on(otherHub), body);
  }

  /** Runs something in a plain platform thread. */
  static <T extends @Nullable Object> FutureTask<T> inThread(String name, Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    Thread.ofPlatform().daemon().name(name).start(task);
    return task;
  }

  /** Waits until so many are queued. */
  static void awaitWaiters(Synchronizer at, int number) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(MOMENT)
        .until(() -> at.waiters().size() == number);
  }

  static void awaitParked(GreenletTask<?> task) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(MOMENT)
        .until(() -> task.greenletState() == GreenletState.PARKED);
  }
}
