package dev.greenlet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What code inside a greenlet calls. Thread-safe; unless said otherwise, a method that is not
 * called by a greenlet throws {@link IllegalStateException}.
 */
public final class Greenlets {
  private Greenlets() {}

  /**
   * The greenlet that calls.
   *
   * @return the current greenlet
   * @throws IllegalStateException if the caller is none
   */
  public static GreenletTask<?> current() {
    return requireCurrent();
  }

  /**
   * The greenlet that calls, if it is one. Any thread.
   *
   * @return the current greenlet, or {@code null}
   */
  public static @Nullable GreenletTask<?> currentOrNull() {
    return CurrentGreenlet.get();
  }

  /**
   * Spawns a child on the caller's lane. It runs when the caller gives up the lane, at the
   * earliest.
   *
   * @param body what it runs
   * @param <T> the type of the result
   * @return the child
   */
  public static <T extends @Nullable Object> GreenletTask<T> spawn(Callable<? extends T> body) {
    return spawn(SpawnOptions.defaults(), body);
  }

  /**
   * Spawns a child with a name on the caller's lane.
   *
   * @param name what it is called
   * @param body what it runs
   * @param <T> the type of the result
   * @return the child
   */
  public static <T extends @Nullable Object> GreenletTask<T> spawn(
      String name, Callable<? extends T> body) {
    return spawn(SpawnOptions.named(name), body);
  }

  /**
   * Spawns a child.
   *
   * @param options name, kind and lane
   * @param body what it runs
   * @param <T> the type of the result
   * @return the child
   * @throws RuntimeClosedException if the runtime is closed
   */
  public static <T extends @Nullable Object> GreenletTask<T> spawn(
      SpawnOptions options, Callable<? extends T> body) {
    return requireCurrent().runtime().spawn(options, body);
  }

  /**
   * Lets the others of the lane run, and every timer that is due. A switch point. Off a greenlet it
   * is {@link Thread#yield()}.
   *
   * @throws GreenletExit if the greenlet is killed
   */
  public static void yieldNow() {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    if (current == null) {
      Thread.yield();
    } else {
      current.yieldNow();
    }
  }

  /**
   * Waits for time to pass, on the clock of the runtime. A switch point. Off a greenlet it is
   * {@link Thread#sleep(Duration)}.
   *
   * @param duration how long; zero or less returns at once
   * @throws InterruptedException if the caller is interrupted before or meanwhile
   * @throws GreenletExit if the greenlet is killed
   */
  public static void sleep(Duration duration) throws InterruptedException {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    if (current == null) {
      Thread.sleep(duration);
    } else {
      current.sleep(Durations.toNanos(duration));
    }
  }

  /**
   * Waits for several greenlets. Any thread. A switch point.
   *
   * @param tasks the greenlets
   * @param <T> the type of their results
   * @return how they ended, in the order of {@code tasks}
   * @throws InterruptedException if the caller is interrupted
   * @throws GreenletExit if the caller is killed
   */
  public static <T extends @Nullable Object> List<Outcome<T>> join(
      List<? extends GreenletTask<T>> tasks) throws InterruptedException {
    List<Outcome<T>> outcomes = new ArrayList<>(tasks.size());
    for (GreenletTask<T> task : tasks) {
      outcomes.add(task.join());
    }
    return outcomes;
  }

  /**
   * Goes on on another lane, with the same thread, thread locals and stack. A switch point.
   *
   * @param target a lane of the same runtime
   * @throws IllegalStateException if a native frame or a class initialiser on the stack pins the
   *     greenlet; it stays where it is
   * @throws GreenletExit if the greenlet is killed
   */
  public static void moveTo(Lane target) {
    requireCurrent().moveTo(Objects.requireNonNull(target, "'target' must not be null"));
  }

  /**
   * Makes a call on the shared lane and comes back: for what computes long, or blocks without
   * giving up its carrier. Two switch points. Off a greenlet, and on the shared lane, it is just
   * the call.
   *
   * @param call the call
   * @param <T> what it returns
   * @param <X> what it throws
   * @return its result
   * @throws X if it fails
   * @throws GreenletExit if the greenlet is killed before the call
   */
  public static <T extends @Nullable Object, X extends Throwable> T offload(BlockingCall<T, X> call)
      throws X {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    if (current == null) {
      return call.call();
    }
    Lane origin = current.lane();
    current.moveTo(current.runtime().sharedLane());
    try {
      return call.call();
    } finally {
      current.returnTo(origin);
    }
  }

  /**
   * Has the calling greenlet do something as the last thing it does, after its body and before
   * anybody learns how it ended; last registered, first run. It may wait. What it throws goes to
   * the uncaught-exception handler of its thread.
   *
   * @param action what to do
   */
  public static void atEnd(Runnable action) {
    requireCurrent().atEnd(Objects.requireNonNull(action, "'action' must not be null"));
  }

  private static DefaultGreenletTask<?> requireCurrent() {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    if (current == null) {
      throw new IllegalStateException(
          "Thread '%s' is not a greenlet: spawn one with GreenletRuntime.spawn"
              .formatted(Thread.currentThread().getName()));
    }
    return current;
  }
}
