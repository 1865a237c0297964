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
 * A result that somebody will provide, once: the first completion counts, and every later one is
 * told that it came too late.
 *
 * <p>Thread-safe; usable from any thread, greenlet or not, and from several hubs. Waiters go on in
 * the order they came. What was done before the completion happens before what follows a wait for
 * it. See the {@linkplain dev.greenlet.sync package} for what all primitives promise.
 *
 * @param <T> the type of the result
 */
public final class Promise<T extends @Nullable Object> implements Future<T>, Synchronizer {
  private static final String KIND = "promise";

  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> waiting;
  private volatile @Nullable Outcome<T> outcome;
  private @Nullable CompletableFuture<T> stage; // guarded; made for the first who asks

  /** Creates a promise without a name. */
  public Promise() {
    this("");
  }

  /**
   * Creates a promise.
   *
   * @param name what it is called where waits are shown
   */
  public Promise(String name) {
    this.waiting = new WaitQueue<>(guard, new WaitReason(KIND, name));
  }

  /**
   * Keeps the promise. Any thread; never waits. Runs what depends on {@link #toCompletionStage()}.
   *
   * @param value the result
   * @return {@code false} if it was completed before, and this value is not the result
   */
  public boolean complete(T value) {
    return complete(new Outcome.Returned<>(value));
  }

  /**
   * Breaks the promise. Any thread; never waits. Runs what depends on {@link #toCompletionStage()}.
   *
   * @param cause why there will be no result
   * @return {@code false} if it was completed before, and this cause is not told
   */
  public boolean completeExceptionally(Throwable cause) {
    return complete(
        new Outcome.Failed<>(Objects.requireNonNull(cause, "'cause' must not be null")));
  }

  private boolean complete(Outcome<T> how) {
    CompletableFuture<T> dependent;
    guard.lock();
    try {
      if (outcome != null) {
        return false;
      }
      outcome = how;
      waiting.grantAll();
      dependent = stage;
    } finally {
      guard.unlock();
    }
    if (dependent != null) {
      tell(dependent, how);
    }
    return true;
  }

  /**
   * Breaks the promise with a {@link CancellationException}. Any thread; never waits.
   *
   * @param mayInterruptIfRunning has no meaning here
   * @return {@code false} if it was completed before
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return completeExceptionally(new CancellationException(describe() + " was cancelled"));
  }

  /**
   * Waits for the completion. Any thread. A switch point, unless there is one.
   *
   * @return what it was completed with: returned or failed
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public Outcome<T> join() throws InterruptedException {
    Outcome<T> how = join(WaitLimit.ENDLESS);
    if (how == null) {
      throw new AssertionError(this + " was said to be completed");
    }
    return how;
  }

  /**
   * Waits for the completion, but not for longer than {@code timeout}. Any thread. A switch point,
   * unless there is one.
   *
   * @param timeout how long; zero or less looks once
   * @return what it was completed with, or {@code null} when the time is up
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
   * Waits for the result. Any thread. A switch point, unless it is there.
   *
   * @return the result
   * @throws ExecutionException if the promise was broken, with what broke it as the cause
   * @throws CancellationException if the promise was cancelled
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  @Override
  public T get() throws InterruptedException, ExecutionException {
    return valueOf(join());
  }

  /**
   * Waits for the result, but not for longer than {@code timeout}. Any thread. A switch point,
   * unless it is there.
   *
   * @param timeout how long; zero or less looks once
   * @return the result
   * @throws TimeoutException when the time is up
   * @throws ExecutionException if the promise was broken, with what broke it as the cause
   * @throws CancellationException if the promise was cancelled
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public T get(Duration timeout) throws InterruptedException, ExecutionException, TimeoutException {
    Outcome<T> how = join(timeout);
    if (how == null) {
      throw new TimeoutException("%s was not completed within %s".formatted(describe(), timeout));
    }
    return valueOf(how);
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return get(Duration.of(timeout, unit.toChronoUnit()));
  }

  private static <T extends @Nullable Object> T valueOf(Outcome<T> how) throws ExecutionException {
    return switch (how) {
      case Outcome.Returned<T>(T value) -> value;
      case Outcome.Failed<T>(CancellationException cause) -> throw cancelled(cause);
      case Outcome.Failed<T>(Throwable cause) -> throw new ExecutionException(cause);
      case Outcome.Killed<T>(Throwable exit) -> throw new AssertionError("promises die not", exit);
    };
  }

  /** A new one for each who asks, for its stack trace is that of the asker. */
  private static CancellationException cancelled(CancellationException cause) {
    CancellationException own = new CancellationException(cause.getMessage());
    own.initCause(cause);
    return own;
  }

  /**
   * The promise as the rest of Java knows it. What is made to depend on the stage without an
   * executor runs in the one who completes the promise, or in the caller if that has happened. Any
   * thread; never waits.
   *
   * @return a stage that completes as this promise does, and cannot be completed otherwise
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
      tell(dependent, known);
    }
    return dependent.minimalCompletionStage();
  }

  private static <T extends @Nullable Object> void tell(
      CompletableFuture<T> dependent, Outcome<T> how) {
    switch (how) {
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
    Outcome<T> how = outcome;
    return describe()
        + switch (how) {
          case null -> " (not completed)";
          case Outcome.Returned<T> _ -> " (completed)";
          case Outcome.Failed<T> _ -> " (failed)";
          case Outcome.Killed<T> _ -> " (failed)";
        };
  }
}
