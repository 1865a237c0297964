package dev.greenlet.sync;

import dev.greenlet.Outcome;
import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A result that is provided once: the first completion determines it, and every later one returns
 * {@code false}.
 *
 * <p>Thread-safe: {@linkplain dev.greenlet.sync any thread} may call every method. Waiters are
 * released in the order of their arrival. Actions before the completion happen before the actions
 * that follow a wait for it.
 *
 * @param <T> the type of the result
 */
public final class Promise<T extends @Nullable Object> implements Future<T>, Synchronizer {
  private static final String KIND = "promise";

  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> waiting;
  private volatile @Nullable Outcome<T> outcome;
  private @Nullable CompletableFuture<T> stage; // guarded; created on first use

  /** Creates a promise without a name. */
  public Promise() {
    this("");
  }

  /**
   * Creates a promise.
   *
   * @param name the name that wait reasons show
   */
  public Promise(String name) {
    this.waiting = new WaitQueue<>(guard, new WaitReason(KIND, name));
  }

  /**
   * Completes the promise with a value. Any thread; never waits. Runs the dependent actions of
   * {@link #toCompletionStage()} in the caller.
   *
   * @param value the result
   * @return {@code false} if the promise was already completed; the value is then ignored
   */
  public boolean complete(T value) {
    return complete(new Outcome.Returned<>(value));
  }

  /**
   * Completes the promise with a failure. Any thread; never waits. Runs the dependent actions of
   * {@link #toCompletionStage()} in the caller.
   *
   * @param cause the failure
   * @return {@code false} if the promise was already completed; the cause is then ignored
   */
  public boolean completeExceptionally(Throwable cause) {
    return complete(
        new Outcome.Failed<>(Objects.requireNonNull(cause, "'cause' must not be null")));
  }

  private boolean complete(Outcome<T> result) {
    CompletableFuture<T> dependent;
    guard.lock();
    try {
      if (outcome != null) {
        return false;
      }
      outcome = result;
      waiting.grantAll();
      dependent = stage;
    } finally {
      guard.unlock();
    }
    if (dependent != null) {
      completeStage(dependent, result);
    }
    return true;
  }

  /**
   * Completes the promise with a {@link CancellationException}. Any thread; never waits.
   *
   * @param mayInterruptIfRunning has no effect
   * @return {@code false} if the promise was already completed
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return completeExceptionally(new CancellationException(describe() + " was cancelled"));
  }

  /**
   * Waits for the completion. Any thread. A switch point, unless the promise is completed.
   *
   * @return the outcome: returned or failed
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public Outcome<T> join() throws InterruptedException {
    Outcome<T> result = join(WaitLimit.ENDLESS);
    if (result == null) {
      throw new AssertionError(this + " ended an endless wait without an outcome");
    }
    return result;
  }

  /**
   * Waits up to {@code timeout} for the completion. Any thread. A switch point, unless the promise
   * is completed.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @return the outcome, or {@code null} if the wait timed out
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public @Nullable Outcome<T> join(Duration timeout) throws InterruptedException {
    return join(WaitLimit.of(timeout));
  }

  private @Nullable Outcome<T> join(WaitLimit limit) throws InterruptedException {
    return outcome != null || waiting.awaitUnless(this::isDone, limit) ? outcome : null;
  }

  /**
   * Waits for the result. Any thread. A switch point, unless the promise is completed.
   *
   * @return the result
   * @throws ExecutionException if the promise failed; its cause is the failure
   * @throws CancellationException if the promise was cancelled
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  @Override
  public T get() throws InterruptedException, ExecutionException {
    return valueOf(join());
  }

  /**
   * Waits up to {@code timeout} for the result. Any thread. A switch point, unless the promise is
   * completed.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @return the result
   * @throws TimeoutException if the wait timed out
   * @throws ExecutionException if the promise failed; its cause is the failure
   * @throws CancellationException if the promise was cancelled
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public T get(Duration timeout) throws InterruptedException, ExecutionException, TimeoutException {
    Outcome<T> result = join(timeout);
    if (result == null) {
      throw new TimeoutException("%s was not completed within %s".formatted(describe(), timeout));
    }
    return valueOf(result);
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return get(Duration.of(timeout, unit.toChronoUnit()));
  }

  private static <T extends @Nullable Object> T valueOf(Outcome<T> result)
      throws ExecutionException {
    return switch (result) {
      case Outcome.Returned<T>(T value) -> value;
      case Outcome.Failed<T>(CancellationException cause) -> throw cancelled(cause);
      case Outcome.Failed<T>(Throwable cause) -> throw new ExecutionException(cause);
      case Outcome.Killed<T>(Throwable exit) ->
          throw new AssertionError("a promise cannot be killed", exit);
    };
  }

  /** Creates an exception for each caller, so that the stack trace is the caller's. */
  private static CancellationException cancelled(CancellationException cause) {
    CancellationException own = new CancellationException(cause.getMessage());
    own.initCause(cause);
    return own;
  }

  /**
   * Returns the promise as a stage. Dependent actions without an executor run in the thread that
   * completes the promise, or in the caller if it is completed. Any thread; never waits.
   *
   * @return a stage that completes with this promise and cannot be completed otherwise
   */
  public CompletionStage<T> toCompletionStage() {
    CompletableFuture<T> dependent;
    Outcome<T> known;
    guard.lock();
    try {
      dependent = stage;
      if (dependent == null) {
        dependent = stage = new CompletableFuture<>();
      }
      known = outcome;
    } finally {
      guard.unlock();
    }
    if (known != null) {
      completeStage(dependent, known);
    }
    return dependent.minimalCompletionStage();
  }

  private static <T extends @Nullable Object> void completeStage(
      CompletableFuture<T> dependent, Outcome<T> result) {
    switch (result) {
      case Outcome.Returned<T>(T value) -> dependent.complete(value);
      case Outcome.Failed<T>(Throwable cause) -> dependent.completeExceptionally(cause);
      case Outcome.Killed<T>(Throwable exit) -> dependent.completeExceptionally(exit);
    }
  }

  @Override
  public boolean isDone() {
    return outcome != null;
  }

  @Override
  public boolean isCancelled() {
    return outcome instanceof Outcome.Failed<T>(CancellationException _);
  }

  @Override
  public WaitReason waitReason() {
    return waiting.waitReason();
  }

  @Override
  public List<Strand> waiters() {
    return waiting.waiters();
  }

  @Override
  public String toString() {
    Outcome<T> result = outcome;
    return describe()
        + switch (result) {
          case null -> " (not completed)";
          case Outcome.Returned<T> _ -> " (completed)";
          case Outcome.Failed<T> _ -> " (failed)";
          case Outcome.Killed<T> _ -> " (failed)";
        };
  }
}
