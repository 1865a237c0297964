package dev.greenlet;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A greenlet, as seen from outside: a cooperative task with a parent, children, a lane, a state and
 * an outcome.
 *
 * <p>Thread-safe: any thread may call any method, greenlet or not. A wait gives up the caller's
 * lane if the caller is a greenlet. No method accepts {@code null} unless the parameter is declared
 * {@code @Nullable}.
 *
 * <p>Memory effects: the body of the greenlet and its {@linkplain Greenlets#defer deferred actions}
 * <i>happen-before</i> the return of {@link #join()} and {@link #get()}, the call of a listener of
 * {@link #onComplete} and {@link #onEnd}, the completion of the future of {@link
 * #toCompletableFuture}, and all actions that follow an {@link #isDone()} that returned {@code
 * true} or an {@link #outcome()} that was not {@code null}. Actions before a {@link #kill(String)}
 * happen-before the exit that it causes in the greenlet.
 *
 * <p>As a {@link Future}, a killed greenlet is reported as cancelled.
 *
 * @param <T> the type of the result
 */
public sealed interface GreenletTask<T extends @Nullable Object> extends Future<T>
    permits DefaultGreenletTask {

  /**
   * Returns the number of this greenlet, unique within its runtime.
   *
   * @return a positive number
   */
  long id();

  /**
   * Returns the name of this greenlet. It need not be unique.
   *
   * @return the name, which is {@linkplain Printable printable}
   */
  String name();

  /**
   * Replaces the name of this greenlet, once a better one is known.
   *
   * @param name the new name, which is made {@linkplain Printable printable}
   */
  void rename(String name);

  /**
   * Returns the kind of this greenlet: {@code request} for a request, and {@code task} for any
   * other one unless its {@link SpawnOptions} set another kind.
   *
   * @return one lower-case word
   */
  String kind();

  /**
   * Returns the lane on which this greenlet runs, or ran last.
   *
   * @return the lane
   */
  Lane lane();

  /**
   * Returns the state of this greenlet. It may change at any moment, except for the states of a
   * finished greenlet.
   *
   * @return the state
   */
  GreenletState greenletState();

  /**
   * Returns the reason for which this greenlet waits, if the wait is described. An undescribed wait
   * of the JDK ({@code Thread.sleep}, a lock) has no reason here; the inspector derives its kind
   * from the stack.
   *
   * @return the reason, or {@code null} if this greenlet does not wait, or its wait is not
   *     described
   */
  @Nullable WaitReason waitingOn();

  /**
   * Returns the nearest unfinished greenlet among those that spawned this one, directly or
   * indirectly.
   *
   * @return the parent, or {@code null} for a root
   */
  @Nullable GreenletTask<?> parent();

  /**
   * Returns the unfinished greenlets whose parent this greenlet is, in the order of their ids.
   *
   * @return a snapshot
   */
  List<GreenletTask<?>> children();

  /**
   * Returns the time since this greenlet was spawned or, once it has ended, the time from its spawn
   * to its end.
   *
   * @return the age
   */
  Duration age();

  /**
   * Returns the number of slices of this greenlet that have begun.
   *
   * @return the number of slices
   */
  long switches();

  /**
   * Returns the outcome of this greenlet. A failure that is returned counts as observed; see {@link
   * GreenletRuntimeBuilder#uncaughtHandler}.
   *
   * @return the outcome, or {@code null} if this greenlet has not ended
   */
  @Nullable Outcome<T> outcome();

  /**
   * Returns the deadline that this greenlet is under and that expires first: one of its own, or one
   * that its spawner was under at the spawn. A deadline cancels its owner only.
   *
   * @return the deadline, or {@code null} if there is none
   */
  @Nullable Deadline deadline();

  /**
   * Registers a listener that is called when this greenlet has ended. A failure counts as observed
   * when the listener is called.
   *
   * <p>Listeners are called one after the other, in the order in which they were registered, by the
   * thread that ends the greenlet: that of the greenlet itself, which still holds its lane, or that
   * of the killer of a greenlet that never began. A listener that is registered after the end is
   * called at once, by the caller. A listener should therefore be short and must not wait. A
   * listener that throws does not keep the others from being called; the exception goes to the
   * {@link UncaughtHandler}.
   *
   * @param listener the listener
   * @return the registration; to close it removes the listener, also while other listeners are
   *     being called
   */
  Registration onComplete(Consumer<? super GreenletTask<T>> listener);

  /**
   * Registers an action that is run when this greenlet has ended, as {@link #onComplete} does, but
   * does not count a failure as observed.
   *
   * @param action the action
   * @return the registration; to close it removes the action
   */
  Registration onEnd(Runnable action);

  /**
   * Returns a future that completes when this greenlet has ended. A failure completes it
   * exceptionally with the exception of the body, and counts as observed; a kill completes it with
   * a {@link CancellationException}. The dependent actions of the future run where listeners do. To
   * cancel the future does not kill the greenlet.
   *
   * @return a new future
   */
  CompletableFuture<T> toCompletableFuture();

  /**
   * Waits until this greenlet has ended. A switch point. Does not throw the exception of this
   * greenlet. A failure counts as observed.
   *
   * @return the outcome
   * @throws InterruptedException if the caller is interrupted before or during the wait
   * @throws GreenletExit if the caller is killed
   * @throws IllegalStateException if the caller is this greenlet
   * @throws DeadlockException if this greenlet waits for the caller, directly or indirectly
   */
  Outcome<T> join() throws InterruptedException;

  /**
   * Waits until this greenlet has ended, or the timeout has elapsed. A switch point. Does not throw
   * the exception of this greenlet.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @return the outcome, or {@code null} if the timeout has elapsed
   * @throws InterruptedException if the caller is interrupted before or during the wait
   * @throws GreenletExit if the caller is killed
   * @throws IllegalStateException if the caller is this greenlet
   */
  @Nullable Outcome<T> join(Duration timeout) throws InterruptedException;

  /**
   * Kills this greenlet: {@link GreenletExit} is thrown in it at its present wait, if it waits at a
   * primitive of this library, else at its next switch point, and at every switch point after that.
   * Returns without waiting for the end; {@link #join()} waits.
   *
   * <p>The present wait has ended when this method returns: what is handed over from then on goes
   * to another waiter. If the greenlet was granted what it waits for before the kill, it takes
   * that, and exits at its next switch point. A greenlet that has not begun never runs.
   *
   * <p>Inside {@link Greenlets#shielded}, and below a class initialiser, the kill remains pending
   * until the call or the initialiser has returned, and a wait there continues. A blocking call in
   * progress is cancelled if its {@linkplain SwitchPoint#onCancel switch point has an action for
   * that}; otherwise it continues. It is not interrupted unless the greenlet is in an {@link
   * InterruptScope}. If the caller is this greenlet, this method throws the exit, unless the caller
   * is shielded or below a class initialiser.
   *
   * @param reason the reason, for the message of the exit
   * @return {@code false} if this greenlet had already ended
   */
  boolean kill(String reason);

  /**
   * Kills this greenlet as {@link #kill(String)} does, with a cause of the exit.
   *
   * @param reason the reason, for the message of the exit
   * @param cause the cause, or {@code null} for none
   * @return {@code false} if this greenlet had already ended
   */
  boolean kill(String reason, @Nullable Throwable cause);

  /**
   * Kills this greenlet as {@link #kill(String)} does.
   *
   * @param mayInterruptIfRunning ignored: a kill interrupts inside an {@link InterruptScope} only
   * @return {@code false} if this greenlet had already ended
   */
  @Override
  boolean cancel(boolean mayInterruptIfRunning);

  /**
   * Waits until this greenlet has ended, and returns its result. A switch point. A failure counts
   * as observed.
   *
   * @return the value that the body returned
   * @throws InterruptedException if the caller is interrupted before or during the wait
   * @throws java.util.concurrent.ExecutionException if the greenlet failed, with the exception of
   *     the body as the cause
   * @throws CancellationException if the greenlet was killed
   * @throws IllegalStateException if the caller is this greenlet
   * @throws DeadlockException if this greenlet waits for the caller, directly or indirectly
   * @throws GreenletExit if the caller is killed
   */
  @Override
  T get() throws InterruptedException, java.util.concurrent.ExecutionException;

  /**
   * Returns the stack of this greenlet, innermost frame first. It is empty for a greenlet that is
   * new, ready or finished: a queued virtual thread is not sampled, because that would queue it a
   * second time.
   *
   * @return the frames, possibly none
   */
  List<StackTraceElement> stackTrace();

  /**
   * Returns the innermost frames of the code that spawned this greenlet, without those of this
   * library.
   *
   * @return the frames, innermost first; none unless {@link GreenletRuntimeBuilder#spawnSites}
   *     enables them
   */
  List<StackTraceElement> spawnedAt();
}
