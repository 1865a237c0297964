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
 * The operations of a greenlet on itself, and the operations on several greenlets: spawning
 * children, waiting, killing, shielding, and moving between lanes.
 *
 * <p>Thread-safe. A method that any thread may call is documented as such; any other method throws
 * {@link IllegalStateException} if the caller is not a greenlet. No method accepts {@code null}
 * unless the parameter is declared {@code @Nullable}.
 *
 * <p>A method that is a <em>switch point</em> may give up the caller's lane, so that other
 * greenlets of a hub run before it returns. At a switch point a pending kill is thrown as {@link
 * GreenletExit}, and the end of a {@link Deadline} as {@link DeadlineExit}, which is a {@code
 * GreenletExit} too.
 */
public final class Greenlets {
  private Greenlets() {}

  /**
   * Returns the calling greenlet.
   *
   * @return the current greenlet
   * @throws IllegalStateException if the caller is not a greenlet
   */
  public static GreenletTask<?> current() {
    return CurrentGreenlet.require();
  }

  /**
   * Returns the calling greenlet, if the caller is one. Any thread may call this method.
   *
   * @return the current greenlet, or {@code null} if the caller is not a greenlet
   */
  public static @Nullable GreenletTask<?> currentOrNull() {
    return CurrentGreenlet.get();
  }

  /**
   * Returns the context that the caller's runtime carries over to the greenlets that the caller
   * spawns. Any thread may call this method.
   *
   * @return the context; if the caller is not a greenlet, one that carries nothing over
   */
  public static SpawnContext spawnContext() {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current == null ? SpawnContext.none() : current.environment().spawnContext();
  }

  /**
   * Spawns a child on the caller's lane. On a hub, the child runs when the caller gives up the hub,
   * at the earliest.
   *
   * <p>Actions of the caller before the spawn <i>happen-before</i> the first action of the body.
   *
   * @param body the code that the child runs
   * @param <T> the type of the result
   * @return the child
   * @throws RuntimeClosedException if the runtime is closed
   */
  public static <T extends @Nullable Object> GreenletTask<T> spawn(Callable<? extends T> body) {
    return spawn(SpawnOptions.defaults(), body);
  }

  /**
   * Spawns a child with a name on the caller's lane. Memory effects are those of {@link
   * #spawn(Callable)}.
   *
   * @param name the name of the child
   * @param body the code that the child runs
   * @param <T> the type of the result
   * @return the child
   * @throws RuntimeClosedException if the runtime is closed
   */
  public static <T extends @Nullable Object> GreenletTask<T> spawn(
      String name, Callable<? extends T> body) {
    return spawn(SpawnOptions.named(name), body);
  }

  /**
   * Spawns a child. It starts on the lane of the options, or on the caller's lane if they name
   * none. Memory effects are those of {@link #spawn(Callable)}.
   *
   * @param options the name, kind and lane of the child
   * @param body the code that the child runs
   * @param <T> the type of the result
   * @return the child
   * @throws RuntimeClosedException if the runtime is closed
   * @throws IllegalArgumentException if the lane belongs to another runtime
   */
  public static <T extends @Nullable Object> GreenletTask<T> spawn(
      SpawnOptions options, Callable<? extends T> body) {
    return CurrentGreenlet.require().environment().spawn(options, body);
  }

  /**
   * Spawns a child on the caller's lane that begins after a delay, by the clock of the runtime.
   * Memory effects are those of {@link #spawn(Callable)}.
   *
   * @param delay the time until the child begins
   * @param body the code that the child runs
   * @param <T> the type of the result
   * @return the child, which never runs if it is killed before it begins
   * @throws IllegalArgumentException if {@code delay} is negative
   * @throws RuntimeClosedException if the runtime is closed
   */
  public static <T extends @Nullable Object> GreenletTask<T> spawnAfter(
      Duration delay, Callable<? extends T> body) {
    return spawnAfter(delay, SpawnOptions.defaults(), body);
  }

  /**
   * Spawns a child that begins after a delay, by the clock of the runtime. Memory effects are those
   * of {@link #spawn(Callable)}.
   *
   * @param delay the time until the child begins
   * @param options the name, kind and lane of the child
   * @param body the code that the child runs
   * @param <T> the type of the result
   * @return the child, which never runs if it is killed before it begins
   * @throws IllegalArgumentException if {@code delay} is negative, or the lane belongs to another
   *     runtime
   * @throws RuntimeClosedException if the runtime is closed
   */
  public static <T extends @Nullable Object> GreenletTask<T> spawnAfter(
      Duration delay, SpawnOptions options, Callable<? extends T> body) {
    return CurrentGreenlet.require().environment().spawnAfter(delay, options, body);
  }

  /**
   * Makes one child of the caller the parent of another child, for a caller that ends before its
   * children do. The reparented child continues unchanged, with the deadline that it has inherited.
   * Does nothing if {@code child} is not a child of the caller, or has ended.
   *
   * @param child the greenlet to reparent
   * @param heir the new parent; if it has ended, the caller remains the parent
   * @throws IllegalArgumentException if the heir is not a child of the caller, or is the child
   *     itself
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
   * Returns the kill that was delivered to the caller, within the current {@link CancelScope} if
   * one is open, whether or not the exit was caught since.
   *
   * @return the exit, or {@code null} if no kill was delivered
   */
  public static @Nullable GreenletExit deliveredKill() {
    return CurrentGreenlet.require().cancellation().deliveredExit();
  }

  /**
   * Lets the other ready greenlets of the lane run, and fires the timers that are due. A switch
   * point. Any thread may call this method; if the caller is not a greenlet, it is {@link
   * Thread#yield()}. Does not throw if the caller is interrupted.
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
   * Waits for a duration, by the clock of the runtime. A switch point for every duration: one of
   * zero or less lets the other ready greenlets run, as {@link #yieldNow} does, and {@code
   * sleep(0)} in gevent. Any thread may call this method; if the caller is not a greenlet, it is
   * {@link Thread#sleep(Duration)}.
   *
   * @param duration the time to wait
   * @throws InterruptedException if the caller is interrupted before or during the wait
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
   * Waits until no other greenlet of the hub is ready; pending timers are disregarded. A switch
   * point. Any thread may call this method; on the shared lane, and if the caller is not a
   * greenlet, it is {@link #yieldNow}.
   *
   * @throws InterruptedException if the caller is interrupted before or during the wait
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
   * Waits until several greenlets have ended. A switch point. Any thread may call this method. All
   * actions of the greenlets <i>happen-before</i> the return.
   *
   * <p>The failures of the greenlets count as observed; see {@link
   * GreenletRuntimeBuilder#uncaughtHandler}.
   *
   * @param tasks the greenlets to wait for
   * @param <T> a common type of their results
   * @return the outcomes, in the order of {@code tasks}
   * @throws IllegalStateException if the caller is one of them
   * @throws DeadlockException if one of them waits for the caller, directly or indirectly
   * @throws InterruptedException if the caller is interrupted
   * @throws GreenletExit if the caller is killed
   */
  public static <T extends @Nullable Object> List<Outcome<T>> joinAll(
      Collection<? extends GreenletTask<? extends T>> tasks) throws InterruptedException {
    TaskGroups.awaitAll(tasks, null);
    List<Outcome<T>> outcomes = new ArrayList<>(tasks.size());
    for (GreenletTask<T> task : TaskGroups.<T>covariant(tasks)) {
      outcomes.add(task.join()); // returns at once: the task has ended
    }
    return outcomes;
  }

  /**
   * Waits until several greenlets have ended, or the timeout has elapsed. A switch point. Any
   * thread may call this method. All actions of a greenlet <i>happen-before</i> the return of its
   * outcome.
   *
   * @param tasks the greenlets to wait for
   * @param timeout the longest time to wait; zero or less does not wait
   * @param <T> a common type of their results
   * @return the outcomes, in the order of {@code tasks}, with {@code null} for a greenlet that has
   *     not ended
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
   * Waits for the results of several greenlets, or for the first failure, whichever comes first. A
   * switch point. Any thread may call this method. All actions of the greenlets
   * <i>happen-before</i> the return.
   *
   * @param tasks the greenlets to wait for
   * @param <T> a common type of their results
   * @return the results, in the order of {@code tasks}
   * @throws ExecutionException if a greenlet failed, with the exception of the first one in time as
   *     the cause; the other greenlets continue
   * @throws java.util.concurrent.CancellationException if a greenlet was killed
   * @throws IllegalStateException if the caller is one of them
   * @throws DeadlockException if all that have not ended wait for the caller, directly or
   *     indirectly
   * @throws InterruptedException if the caller is interrupted
   * @throws GreenletExit if the caller is killed
   */
  public static <T extends @Nullable Object> List<T> getAll(
      Collection<? extends GreenletTask<? extends T>> tasks)
      throws InterruptedException, ExecutionException {
    return TaskGroups.getAll(TaskGroups.<T>covariant(tasks));
  }

  /**
   * Waits until one of several greenlets has ended. A switch point. Any thread may call this
   * method.
   *
   * @param tasks the greenlets to wait for, at least one
   * @param <T> a common type of their results
   * @return the greenlet that ended first; of those that had ended before the call, the first of
   *     {@code tasks}
   * @throws IllegalArgumentException if {@code tasks} is empty
   * @throws IllegalStateException if the caller is one of them
   * @throws DeadlockException if all of them wait for the caller, directly or indirectly
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
   * Returns an iteration over several greenlets in the order in which they end. Any thread may call
   * this method.
   *
   * @param tasks the greenlets; one that occurs twice is returned once
   * @param <T> a common type of their results
   * @return the iteration, to be closed by the caller
   */
  public static <T extends @Nullable Object> CompletedTasks<T> asCompleted(
      Collection<? extends GreenletTask<? extends T>> tasks) {
    return new CompletedTasks<>(TaskGroups.<T>covariant(tasks));
  }

  /**
   * Waits for a stage to complete, and gives up the lane during the wait on every engine, which
   * {@code CompletableFuture.get} does not. A switch point. Any thread may call this method.
   *
   * <p>Neither a kill nor an interrupt of the caller cancels the stage.
   *
   * @param stage the stage to wait for
   * @param <T> the type of the result
   * @return the result of the stage
   * @throws ExecutionException if the stage completed exceptionally
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
   * Kills several greenlets in two steps, so that none of them runs in between. The first step
   * prepares all kills: a greenlet that has not begun never will. The second step wakes the
   * greenlets. Only a greenlet that is running on another lane may reach a switch point between the
   * two steps.
   *
   * <p>Waits until the greenlets have ended, or the timeout has elapsed; a timeout of zero does not
   * wait. Any thread may call this method. If the caller is one of the greenlets, it is killed
   * last.
   *
   * @param tasks the greenlets to kill
   * @param reason the reason, for the message of the exits
   * @param timeout the longest time to wait for the greenlets to end
   * @return the greenlets that have not ended within the timeout, to be killed again or reported
   * @throws IllegalArgumentException if {@code timeout} is negative
   * @throws InterruptedException if the caller is interrupted while it waits; the kills stand
   * @throws GreenletExit if the caller is killed
   */
  public static List<GreenletTask<?>> killAll(
      Collection<? extends GreenletTask<?>> tasks, String reason, Duration timeout)
      throws InterruptedException {
    Durations.requireNotNegative("timeout", timeout);
    return TaskGroups.killAll(tasks, reason, timeout);
  }

  /**
   * Kills a greenlet and all its unfinished descendants in two steps, as {@link #killAll} does.
   * Does not wait until they have ended. Any thread may call this method. If the caller is one of
   * the greenlets, it is killed last.
   *
   * @param root the root of the tree
   * @param reason the reason, for the message of the exits
   * @return {@code false} if the greenlet itself had already ended
   * @throws GreenletExit if the caller is killed
   */
  public static boolean killTree(GreenletTask<?> root, String reason) {
    return TaskGroups.killTree(root, reason);
  }

  /**
   * Makes a call that must not be cancelled even if the caller is already killed or past a
   * deadline, such as a cleanup that waits. A kill and the end of a deadline remain pending during
   * the call, and are thrown at the first switch point after it. Interrupts are not held back. Any
   * thread may call this method; if the caller is not a greenlet, it only makes the call.
   *
   * @param call the call
   * @param <T> the type of the result
   * @param <X> the type of the exception that the call may throw
   * @return the result of the call
   * @throws X if the call throws it
   */
  public static <T extends @Nullable Object, X extends Throwable> T shielded(
      BlockingCall<T, X> call) throws X {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current == null ? call.call() : current.suspender().shielded(call);
  }

  /**
   * Makes a call that must not give up the lane, because it relies on no other greenlet of the hub
   * running. A switch point inside the call is rejected before the lane is given up. On the native
   * engine a wait of the JDK (a lock, {@code Thread.sleep}, a socket) gives up the lane without
   * passing a switch point of the library: it is detected after the call. Any thread may call this
   * method; if the caller is not a greenlet, it only makes the call.
   *
   * @param call the call
   * @param <T> the type of the result
   * @param <X> the type of the exception that the call may throw
   * @return the result of the call
   * @throws X if the call throws it
   * @throws UnexpectedSwitchException if the call reached a switch point; the message names it
   */
  public static <T extends @Nullable Object, X extends Throwable> T withoutSwitching(
      BlockingCall<T, X> call) throws X {
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current == null ? call.call() : current.suspender().guarded(call);
  }

  /**
   * Continues on another lane, with the same thread, thread locals and stack. A switch point.
   *
   * <p>Actions of the caller before the move <i>happen-before</i> its actions after it, and before
   * the next slice of the hub that it leaves. All earlier slices of the hub that it moves to
   * happen-before its actions after the move.
   *
   * @param target a lane of the same runtime
   * @throws IllegalStateException if the caller is inside a {@link SwitchPoint}, or a native frame
   *     or a class initialiser on the stack pins it; it remains on its lane
   * @throws GreenletExit if the greenlet is killed
   * @throws IllegalArgumentException if the lane belongs to another runtime
   */
  public static void moveTo(Lane target) {
    CurrentGreenlet.require()
        .suspender()
        .moveTo(Objects.requireNonNull(target, "'target' must not be null"));
  }

  /**
   * Makes a call on the {@linkplain GreenletRuntime#offloadLane() lane of offloaded calls} and
   * returns to the caller's lane: for long computations, and for calls that block without giving up
   * their carrier. Two switch points. Any thread may call this method; if the caller is not a
   * greenlet, or is on that lane already, it only makes the call.
   *
   * <p>A kill that arrives during the call is thrown at the next switch point, inside the call or
   * after it. The return to the lane throws none.
   *
   * <p>Actions of the caller before the offload <i>happen-before</i> the call, and before the
   * slices that the hub runs meanwhile. The call and these slices happen-before the actions of the
   * caller after the return. The slices are not ordered with the call itself.
   *
   * @param call the call
   * @param <T> the type of the result
   * @param <X> the type of the exception that the call may throw
   * @return the result of the call
   * @throws X if the call throws it
   * @throws IllegalStateException if the greenlet cannot move: inside a {@link SwitchPoint}, or
   *     below a native frame or a class initialiser
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
   * Registers an action that the calling greenlet performs after its body, as its last actions,
   * before its outcome is visible to other threads. The action registered last is performed first.
   * It may wait. An exception that it throws is passed to the uncaught-exception handler of its
   * thread.
   *
   * <p>All deferred actions <i>happen-before</i> the end of the greenlet becomes visible, as the
   * body does; see {@link GreenletTask}.
   *
   * @param action the action
   */
  public static void defer(Runnable action) {
    CurrentGreenlet.require()
        .deferredActions()
        .add(Objects.requireNonNull(action, "'action' must not be null"));
  }
}
