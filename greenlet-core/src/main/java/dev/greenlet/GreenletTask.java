package dev.greenlet;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A greenlet, seen from outside: a cooperative task with a parent, children, a lane, a state and an
 * outcome. Thread-safe; every method may be called from any thread, greenlet or not, and waits give
 * up the caller's lane if it has one.
 *
 * <p>As a {@link Future} it reports being killed as being cancelled.
 *
 * @param <T> the type of the result
 */
public sealed interface GreenletTask<T extends @Nullable Object> extends Future<T>
    permits DefaultGreenletTask {

  /**
   * The number of this greenlet, unique within its runtime.
   *
   * @return a positive number
   */
  long id();

  /**
   * What this greenlet is called. Not unique.
   *
   * @return the name
   */
  String name();

  /**
   * Calls this greenlet something better once that is known.
   *
   * @param name the new name
   */
  void rename(String name);

  /**
   * What sort of greenlet this is: {@code task} unless the spawner said otherwise, {@code request}
   * for requests.
   *
   * @return one lower-case word
   */
  String kind();

  /**
   * Where this greenlet runs, or ran last.
   *
   * @return the lane
   */
  Lane lane();

  /**
   * What this greenlet is doing. Outdated at once, except for the finished ones.
   *
   * @return the state
   */
  GreenletState status();

  /**
   * What this greenlet waits for, if it waits at a place that said so. A wait of the JDK that
   * nobody described ({@code Thread.sleep}, a lock) has no reason here; the inspector tells it by
   * the stack.
   *
   * @return the reason, or {@code null}
   */
  @Nullable WaitReason waitingOn();

  /**
   * The nearest unfinished greenlet among those that spawned this one, directly or not.
   *
   * @return the parent, or {@code null} for a root
   */
  @Nullable GreenletTask<?> parent();

  /**
   * The unfinished greenlets whose parent this is, in the order of their ids.
   *
   * @return a snapshot
   */
  List<GreenletTask<?>> children();

  /**
   * How long ago this greenlet was spawned, or how long it lived.
   *
   * @return the age
   */
  Duration age();

  /**
   * How many slices of this greenlet have begun.
   *
   * @return the number of slices
   */
  long switches();

  /**
   * How this greenlet ended.
   *
   * @return the outcome, or {@code null} while it has not ended
   */
  @Nullable Outcome<T> outcome();

  /**
   * Waits until this greenlet has ended. A switch point.
   *
   * @return how it ended; never throws what the greenlet threw
   * @throws InterruptedException if the caller is interrupted before or meanwhile
   * @throws GreenletExit if the caller is killed
   */
  Outcome<T> join() throws InterruptedException;

  /**
   * Waits until this greenlet has ended, but not for longer than {@code timeout}. A switch point.
   *
   * @param timeout how long; zero or less looks once
   * @return how it ended, or {@code null} when the time is up
   * @throws InterruptedException if the caller is interrupted before or meanwhile
   * @throws GreenletExit if the caller is killed
   */
  @Nullable Outcome<T> join(Duration timeout) throws InterruptedException;

  /**
   * Ends this greenlet: {@link GreenletExit} is thrown in it at its present wait, if that is a
   * greenlet wait, else at its next switch point. One that has not yet run never will. A blocking
   * call in progress goes on, and is not interrupted. Killing the current greenlet throws here and
   * now. Returns without waiting; {@link #join()} waits.
   *
   * @param reason why, for the message of the exit
   * @return {@code false} if it had already ended
   */
  boolean kill(String reason);

  /**
   * Like {@link #kill}.
   *
   * @param mayInterruptIfRunning has no meaning here: greenlets are not interrupted
   * @return {@code false} if it had already ended
   */
  @Override
  boolean cancel(boolean mayInterruptIfRunning);

  /**
   * Waits and returns the result. A switch point.
   *
   * @return what the greenlet returned
   * @throws InterruptedException if the caller is interrupted
   * @throws java.util.concurrent.ExecutionException if the greenlet failed, with what it threw as
   *     the cause
   * @throws CancellationException if the greenlet was killed
   */
  @Override
  T get() throws InterruptedException, java.util.concurrent.ExecutionException;

  /**
   * Has something done once this greenlet has ended, however it did; at once if it has. Whoever
   * ends it does it, so it neither waits nor throws. Any thread.
   *
   * @param action what to do
   */
  void whenEnded(Runnable action);

  /**
   * The stack, innermost frame first. Empty for one that is new, ready or finished: a queued
   * virtual thread is not sampled, for that would queue it a second time.
   *
   * @return the frames
   */
  List<StackTraceElement> stackTrace();
}
