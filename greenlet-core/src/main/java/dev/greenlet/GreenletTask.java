package dev.greenlet;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
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
   * @return the name, which is {@linkplain Printable printable}
   */
  String name();

  /**
   * Calls this greenlet something better once that is known.
   *
   * @param name the new name, which is made {@linkplain Printable printable}
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
  GreenletState greenletState();

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
   * How this greenlet ended. Who looks at a failure here has observed it; see {@link
   * GreenletRuntimeBuilder#uncaughtHandler}.
   *
   * @return the outcome, or {@code null} while it has not ended
   */
  @Nullable Outcome<T> outcome();

  /**
   * The deadline that this greenlet is under and that comes first: one of its own, or one that its
   * spawner was under when it spawned it. Only its owner is ended by a deadline.
   *
   * @return the deadline, or {@code null}
   */
  @Nullable Deadline deadline();

  /**
   * Tells a listener when this greenlet has ended, and counts as having observed a failure.
   *
   * <p>Listeners are told one after the other in the order they came, by whoever ends the greenlet:
   * its own thread, which still has its lane, or the killer of one that never began. A listener
   * that comes too late is told at once, by the caller. So a listener is short and does not wait.
   * One that throws does not keep the others from being told; what it throws goes to the {@link
   * UncaughtHandler}.
   *
   * @param listener whom to tell
   * @return how to take that back, also while the others are being told
   */
  Registration onComplete(Consumer<? super GreenletTask<T>> listener);

  /**
   * Like {@link #onComplete}, for somebody who does not care how this greenlet ended: it does not
   * count as having observed a failure.
   *
   * @param action what to run
   * @return how to take that back
   */
  Registration onEnd(Runnable action);

  /**
   * This greenlet for code that speaks of futures. A failure completes the future with what was
   * thrown and counts as observed; a kill completes it with a {@link CancellationException}. The
   * future's dependent actions run where listeners do; to cancel it does not kill the greenlet.
   *
   * @return a new future
   */
  CompletableFuture<T> toCompletableFuture();

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
   * greenlet wait, else at its next switch point, and at every switch point after that. That wait
   * has ended when this returns: what is given from then on goes to another waiter. If the greenlet
   * was granted what it waits for before, it takes that, and exits at its next switch point. One
   * that has not yet run never will. Inside {@link Greenlets#shielded}, and below a class
   * initialiser, the kill waits until that is over, and the wait there goes on. A blocking call in
   * progress is cut short if it {@linkplain SwitchPoint#onCancel can be}, else it goes on; it is
   * not interrupted unless it has {@linkplain InterruptScope allowed that}. Killing the current
   * greenlet throws here and now. Returns without waiting; {@link #join()} waits.
   *
   * @param reason why, for the message of the exit
   * @return {@code false} if it had already ended
   */
  boolean kill(String reason);

  /**
   * Like {@link #kill(String)}, and says what led to it.
   *
   * @param reason why, for the message of the exit
   * @param cause what led to it, or {@code null}
   * @return {@code false} if it had already ended
   */
  boolean kill(String reason, @Nullable Throwable cause);

  /**
   * Like {@link #kill}.
   *
   * @param mayInterruptIfRunning has no meaning here
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
   * The stack, innermost frame first. Empty for one that is new, ready or finished: a queued
   * virtual thread is not sampled, for that would queue it a second time.
   *
   * @return the frames
   */
  List<StackTraceElement> stackTrace();

  /**
   * Where it was spawned: the innermost frames of whoever spawned it, without those of this
   * library. Any thread.
   *
   * @return the frames, innermost first; none unless {@link GreenletRuntimeBuilder#spawnSites} asks
   *     for them
   */
  List<StackTraceElement> spawnedAt();
}
