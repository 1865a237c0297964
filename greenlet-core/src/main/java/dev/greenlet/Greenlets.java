package dev.greenlet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
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
    return CurrentGreenlet.require();
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
   * Returns the context that the caller's runtime carries over to what the caller spawns. Any
   * thread.
   *
   * @return the context; one that carries nothing over off a greenlet
   */
  public static SpawnContext spawnContext() {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current == null ? SpawnContext.none() : current.environment().spawnContext();
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
    return CurrentGreenlet.require().environment().spawn(options, body);
  }

  /**
   * Spawns a child on the caller's lane that begins later, on the clock of the runtime.
   *
   * @param delay how much later
   * @param body what it runs
   * @param <T> the type of the result
   * @return the child, which never runs if it is killed before
   * @throws IllegalArgumentException if {@code delay} is negative
   */
  public static <T extends @Nullable Object> GreenletTask<T> spawnAfter(
      Duration delay, Callable<? extends T> body) {
    return spawnAfter(delay, SpawnOptions.defaults(), body);
  }

  /**
   * Spawns a child that begins later, on the clock of the runtime.
   *
   * @param delay how much later
   * @param options name, kind and lane
   * @param body what it runs
   * @param <T> the type of the result
   * @return the child, which never runs if it is killed before
   * @throws IllegalArgumentException if {@code delay} is negative
   * @throws RuntimeClosedException if the runtime is closed
   */
  public static <T extends @Nullable Object> GreenletTask<T> spawnAfter(
      Duration delay, SpawnOptions options, Callable<? extends T> body) {
    return CurrentGreenlet.require().environment().spawnAfter(delay, options, body);
  }

  /**
   * Makes one child of the caller the parent of another, for a caller that ends before they do. The
   * reparented child goes on as it is, with the deadline it has inherited. Does nothing if it is
   * not the caller's, or has ended.
   *
   * @param child who is reparented
   * @param heir who becomes its parent, or, if it has ended, the caller again
   * @throws IllegalArgumentException if the heir is no child of the caller, or both are the same
   */
  public static void reparent(GreenletTask<?> child, GreenletTask<?> heir) {
    DefaultGreenletTask<?> current = CurrentGreenlet.require();
    if (child == heir || heir.parent() != current) {
      throw new IllegalArgumentException(
          "'heir' must be another child of %s, was %s".formatted(current, heir));
    }
    current.treeNode().reparent((DefaultGreenletTask<?>) child, (DefaultGreenletTask<?>) heir);
  }

  /**
   * The kill that was delivered to the caller, in its present {@link CancelScope} if it is in one,
   * whatever became of its exit.
   *
   * @return the exit, or {@code null} if there was none
   */
  public static @Nullable GreenletExit deliveredKill() {
    return CurrentGreenlet.require().cancellation().deliveredExit();
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
      current.suspender().yieldNow();
    }
  }

  /**
   * Waits for time to pass, on the clock of the runtime. A switch point, whatever the duration:
   * zero or less lets the others run that are ready, as {@link #yieldNow} does and gevent's {@code
   * sleep(0)}. Off a greenlet it is {@link Thread#sleep(Duration)}.
   *
   * @param duration how long
   * @throws InterruptedException if the caller is interrupted before or meanwhile
   * @throws GreenletExit if the greenlet is killed
   */
  public static void sleep(Duration duration) throws InterruptedException {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    if (current == null) {
      Thread.sleep(duration);
    } else {
      current.suspender().sleep(Durations.toNanos(duration));
    }
  }

  /**
   * Waits until nothing else of the hub is ready, timers aside. A switch point. On the shared lane,
   * and off a greenlet, it is {@link #yieldNow}.
   *
   * @throws InterruptedException if the caller is interrupted before or meanwhile
   * @throws GreenletExit if the greenlet is killed
   */
  public static void idle() throws InterruptedException {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    if (current == null) {
      Thread.yield();
    } else {
      current.suspender().idle();
    }
  }

  /**
   * Waits for several greenlets. Any thread. A switch point.
   *
   * @param tasks the greenlets
   * @param <T> a type that all their results have
   * @return how they ended, in the order of {@code tasks}
   * @throws IllegalStateException if the caller is one of them
   * @throws DeadlockException if one of them waits for the caller, directly or not
   * @throws InterruptedException if the caller is interrupted
   * @throws GreenletExit if the caller is killed
   */
  public static <T extends @Nullable Object> List<Outcome<T>> joinAll(
      Collection<? extends GreenletTask<? extends T>> tasks) throws InterruptedException {
    TaskGroups.awaitAll(tasks, null);
    List<Outcome<T>> outcomes = new ArrayList<>(tasks.size());
    for (GreenletTask<T> task : TaskGroups.<T>covariant(tasks)) {
      outcomes.add(task.join()); // has ended
    }
    return outcomes;
  }

  /**
   * Waits for several greenlets, but not for longer than {@code timeout}. Any thread. A switch
   * point.
   *
   * @param tasks the greenlets
   * @param timeout how long; zero or less looks once
   * @param <T> a type that all their results have
   * @return how they ended, in the order of {@code tasks}, {@code null} for one that has not
   * @throws IllegalStateException if the caller is one of them
   * @throws InterruptedException if the caller is interrupted
   * @throws GreenletExit if the caller is killed
   */
  public static <T extends @Nullable Object> List<@Nullable Outcome<T>> joinAll(
      Collection<? extends GreenletTask<? extends T>> tasks, Duration timeout)
      throws InterruptedException {
    TaskGroups.awaitAll(tasks, timeout);
    return TaskGroups.outcomes(TaskGroups.<T>covariant(tasks));
  }

  /**
   * Waits for the results of several greenlets, or the first failure, whichever comes first. Any
   * thread. A switch point.
   *
   * @param tasks the greenlets
   * @param <T> a type that all their results have
   * @return the results, in the order of {@code tasks}
   * @throws ExecutionException if one failed, the first in time; the others go on
   * @throws java.util.concurrent.CancellationException if one was killed
   * @throws IllegalStateException if the caller is one of them
   * @throws DeadlockException if all that are left wait for the caller, directly or not
   * @throws InterruptedException if the caller is interrupted
   * @throws GreenletExit if the caller is killed
   */
  public static <T extends @Nullable Object> List<T> getAll(
      Collection<? extends GreenletTask<? extends T>> tasks)
      throws InterruptedException, ExecutionException {
    return TaskGroups.getAll(TaskGroups.<T>covariant(tasks));
  }

  /**
   * Waits until one of several greenlets has ended. Any thread. A switch point.
   *
   * @param tasks the greenlets, at least one
   * @param <T> a type that all their results have
   * @return the one that ended first, or, of those that had ended before, the first of {@code
   *     tasks}
   * @throws IllegalArgumentException if there is none
   * @throws IllegalStateException if the caller is one of them
   * @throws DeadlockException if all of them wait for the caller, directly or not
   * @throws InterruptedException if the caller is interrupted
   * @throws GreenletExit if the caller is killed
   */
  public static <T extends @Nullable Object> GreenletTask<T> joinAny(
      Collection<? extends GreenletTask<? extends T>> tasks) throws InterruptedException {
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("'tasks' must hold at least 1 greenlet, held 0");
    }
    try (CompletedTasks<T> completed = asCompleted(tasks)) {
      return completed.take();
    }
  }

  /**
   * Several greenlets in the order in which they end. Any thread.
   *
   * @param tasks the greenlets, of which those that occur twice come once
   * @param <T> a type that all their results have
   * @return what to iterate over, and to close
   */
  public static <T extends @Nullable Object> CompletedTasks<T> asCompleted(
      Collection<? extends GreenletTask<? extends T>> tasks) {
    return new CompletedTasks<>(TaskGroups.<T>covariant(tasks));
  }

  /**
   * Waits for a stage that something else completes, and gives up the lane meanwhile on every
   * engine, which {@code CompletableFuture.get} does not. Any thread. A switch point.
   *
   * @param stage what to wait for
   * @param <T> the type of the result
   * @return its result
   * @throws ExecutionException if it completed exceptionally
   * @throws InterruptedException if the caller is interrupted
   * @throws GreenletExit if the caller is killed
   */
  public static <T extends @Nullable Object> T await(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException {
    StageWait<T> wait = new StageWait<>();
    stage.whenComplete(wait);
    return wait.result();
  }

  /**
   * Kills several greenlets, in two steps, so that none runs in between: first all are prepared,
   * and of those that have not begun none will; then they are woken. Only one that runs on another
   * lane at that moment may come to a switch point between the steps. Waits for them; with a
   * timeout of zero it does not. Any thread. If the caller is among them it dies last.
   *
   * @param tasks the greenlets
   * @param reason why, for the message of the exits
   * @param timeout how long to wait for their ends
   * @return those that have not ended by then, to be killed again or reported
   * @throws IllegalArgumentException if {@code timeout} is negative
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws GreenletExit if the caller is killed
   */
  public static List<GreenletTask<?>> killAll(
      Collection<? extends GreenletTask<?>> tasks, String reason, Duration timeout)
      throws InterruptedException {
    Durations.requireNotNegative("timeout", timeout);
    return TaskGroups.killAll(tasks, reason, timeout);
  }

  /**
   * Kills a greenlet and all that it and its children have spawned and that lives, in two steps as
   * {@link #killAll} does. Does not wait for their ends. Any thread. If the caller is among them it
   * dies last.
   *
   * @param root the greenlet
   * @param reason why, for the message of the exits
   * @return {@code false} if the greenlet itself had already ended
   * @throws GreenletExit if the caller is killed
   */
  public static boolean killTree(GreenletTask<?> root, String reason) {
    return TaskGroups.killTree(root, reason);
  }

  /**
   * Makes a call that must not be cut short, be it that the caller is killed, or out of time,
   * already: cleaning up that waits. A kill and the end of a deadline are thrown at the first
   * switch point after it. Interrupts are not kept off. Off a greenlet it is just the call.
   *
   * @param call the call
   * @param <T> what it returns
   * @param <X> what it throws
   * @return its result
   * @throws X if it fails
   */
  public static <T extends @Nullable Object, X extends Throwable> T shielded(
      BlockingCall<T, X> call) throws X {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current == null ? call.call() : current.suspender().shielded(call);
  }

  /**
   * Makes a call that must not give up the lane, because it relies on nobody else running. A switch
   * point inside is refused before anything is given up. On the native engine a wait of the JDK's
   * own (a lock, {@code Thread.sleep}, a socket) gives up the lane unasked: that is found out after
   * the call. Off a greenlet it is just the call.
   *
   * @param call the call
   * @param <T> what it returns
   * @param <X> what it throws
   * @return its result
   * @throws X if it fails
   * @throws UnexpectedSwitchException if it came to a switch point, which the message names
   */
  public static <T extends @Nullable Object, X extends Throwable> T withoutSwitching(
      BlockingCall<T, X> call) throws X {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current == null ? call.call() : current.suspender().guarded(call);
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
    CurrentGreenlet.require()
        .suspender()
        .moveTo(Objects.requireNonNull(target, "'target' must not be null"));
  }

  /**
   * Makes a call on the {@linkplain GreenletRuntime#offloadLane() lane of offloaded calls} and
   * comes back: for long computations, and for calls that block without giving up their carrier.
   * Two switch points. Off a greenlet, and on that lane, it is just the call.
   *
   * @param call the call
   * @param <T> what it returns
   * @param <X> what it throws
   * @return its result
   * @throws X if it fails
   * @throws IllegalStateException if the greenlet cannot move: inside of a switch point, or below a
   *     native frame or a class initialiser
   * @throws GreenletExit if the greenlet is killed before the call
   */
  public static <T extends @Nullable Object, X extends Throwable> T offload(BlockingCall<T, X> call)
      throws X {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    if (current == null) {
      return call.call();
    }
    Lane origin = current.lane();
    current.suspender().moveTo(current.environment().offloadLane());
    try {
      return call.call();
    } finally {
      current.suspender().returnTo(origin);
    }
  }

  /**
   * Has the calling greenlet do something as the last thing it does, after its body and before
   * anybody learns how it ended; last registered, first run. It may wait. What it throws goes to
   * the uncaught-exception handler of its thread.
   *
   * @param action what to do
   */
  public static void defer(Runnable action) {
    CurrentGreenlet.require()
        .deferredActions()
        .add(Objects.requireNonNull(action, "'action' must not be null"));
  }
}
