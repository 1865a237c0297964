package dev.greenlet.testing;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletRuntimeBuilder;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.SpawnOptions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * A runtime with two hubs on manual time, and what tests say to it. Most tests are one script that
 * runs as a greenlet on {@link #hub}, where nothing happens unless the script gives it up.
 */
@Timeout(60)
public abstract class EngineFixture {
  protected final ManualTime time = new ManualTime();
  protected final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
  protected final GreenletRuntime runtime;
  protected final Hub hub;
  protected final Hub otherHub;

  /** What a script does. */
  @FunctionalInterface
  public interface Script {
    void run() throws Exception;
  }

  protected EngineFixture(GreenletRuntimeBuilder builder) {
    runtime =
        builder
            .hubs(2)
            .time(time)
            .uncaughtHandler((greenlet, origin, failure) -> uncaught.add(failure))
            .build();
    hub = runtime.hubs().getFirst();
    otherHub = runtime.hubs().getLast();
  }

  @AfterEach
  void closeRuntime() {
    runtime.close();
  }

  /** Spawns a root on the hub. */
  protected <T extends @Nullable Object> GreenletTask<T> go(Callable<? extends T> body) {
    return runtime.spawn(SpawnOptions.defaults().on(hub), body);
  }

  /** Runs a script on the hub, to its end. */
  protected void script(Script script) throws Exception {
    GreenletTask<Boolean> running =
        runtime.spawn(
            SpawnOptions.named("script").on(hub),
            () -> {
              script.run();
              return true;
            });
    try {
      running.get();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case Error error -> throw error;
        case Exception exception -> throw exception;
        case null, default -> throw failed;
      }
    }
  }

  /** Runs a script that no kill and no deadline ends. */
  protected static void shielded(Script script) throws Exception {
    Greenlets.<@Nullable Void, Exception>shielded(
        () -> {
          script.run();
          return null;
        });
  }

  protected static boolean isParked(GreenletTask<?> task) {
    return task.greenletState() == GreenletState.PARKED;
  }

  protected static void awaitParked(GreenletTask<?> task) {
    Awaitility.await().until(() -> isParked(task));
  }
}
