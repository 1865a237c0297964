package dev.greenlet;

import dev.greenlet.schedule.TimeSource;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The runtime from the point of view of its greenlets: the clock, the lanes, and the parties that
 * are notified of the life of a greenlet. Implemented by the runtime, so that no part of a greenlet
 * depends on it. One object for each runtime, to be compared by identity. Any thread, unless stated
 * otherwise.
 */
interface TaskEnvironment {

  /** Returns the clock of the runtime. */
  TimeSource time();

  /** Returns the lane whose timers and carriers run while a hub is blocked. */
  SharedLane sharedLane();

  /** Returns the lane of offloaded calls. */
  SharedLane offloadLane();

  /** Returns the context that is propagated to the greenlets that are spawned. */
  SpawnContext spawnContext();

  /**
   * Returns the internal side of a lane.
   *
   * @throws IllegalArgumentException if the lane belongs to another runtime
   */
  LaneScheduler schedulerOf(Lane lane);

  /** Returns whether the runtime is closed or about to be. */
  boolean isClosed();

  /**
   * Spawns a child of the calling greenlet, or a root if the caller is no greenlet of the runtime.
   *
   * @throws RuntimeClosedException if the runtime is closed
   */
  <T extends @Nullable Object> GreenletTask<T> spawn(
      SpawnOptions options, Callable<? extends T> body);

  /**
   * Spawns a child of the calling greenlet that begins later.
   *
   * @throws IllegalArgumentException if {@code delay} is negative
   * @throws RuntimeClosedException if the runtime is closed
   */
  <T extends @Nullable Object> GreenletTask<T> spawnAfter(
      Duration delay, SpawnOptions options, Callable<? extends T> body);

  /**
   * Spawns a child of any greenlet on the shared lane for internal purposes, even while the runtime
   * closes.
   */
  GreenletTask<?> spawnInternal(
      SpawnOptions options, DefaultGreenletTask<?> parent, Callable<?> body);

  /**
   * Adds a greenlet to the live ones and notifies the spawn listeners. Called before the greenlet
   * can run. An exception of a listener is reported and not thrown.
   */
  void spawned(DefaultGreenletTask<?> greenlet);

  /** Counts a greenlet as finished. Called once its outcome is known. */
  void ended(DefaultGreenletTask<?> greenlet);

  /** Removes a greenlet that has ended and has called its listeners. */
  void left(DefaultGreenletTask<?> greenlet);

  /** Notes that a greenlet has failed, and that nothing has observed the failure yet. */
  void failedUnobserved(DefaultGreenletTask<?> greenlet, Throwable failure);

  /** Notes that a failure was observed. */
  void observed(DefaultGreenletTask<?> greenlet);

  /** Reports an exception that a listener of a greenlet has thrown. Never waits. */
  void listenerFailed(DefaultGreenletTask<?> greenlet, Throwable failure);

  /**
   * Looks for a deadlock before a greenlet waits without a timeout. Called by the greenlet, which
   * has published the wait.
   *
   * @throws DeadlockException if the wait would last forever; the waiter is abandoned then
   */
  void beforeEndlessWait(DefaultGreenletTask<?> greenlet, Waiter waiter);
}
