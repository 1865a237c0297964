package dev.greenlet;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of one greenlet: its outcome, its waiters and listeners, and whether a failure was
 * observed. Thread-safe.
 */
final class Completion<T extends @Nullable Object> {
  private final DefaultGreenletTask<T> greenlet;
  private final CompletionListeners listeners = new CompletionListeners();
  private volatile @Nullable Outcome<T> outcome;
  private volatile boolean observed; // set for failures only

  Completion(DefaultGreenletTask<T> greenlet) {
    this.greenlet = greenlet;
  }

  /** Returns the outcome, or {@code null}. Does not count a failure as observed. */
  @Nullable Outcome<T> peek() {
    return outcome;
  }

  boolean isDone() {
    return outcome != null;
  }

  /** Sets the outcome, so that the greenlet counts as finished. Called once. */
  void decide(Outcome<T> how) {
    outcome = how;
  }

  /** Calls all listeners and wakes all waiters. Called once, after {@link #decide}. */
  void announce() {
    TaskEnvironment environment = greenlet.environment();
    listeners.complete(failure -> environment.listenerFailed(greenlet, failure));
    if (outcome instanceof Outcome.Failed<T>(Throwable cause) && !observed) {
      environment.failedUnobserved(greenlet, cause);
      if (observed) {
        environment.observed(greenlet); // observed while it was reported
      }
    }
  }

  @Nullable Outcome<T> observe() {
    Outcome<T> known = outcome;
    if (known instanceof Outcome.Failed && !observed) {
      observed = true;
      greenlet.environment().observed(greenlet);
    }
    return known;
  }

  Outcome<T> join() throws InterruptedException {
    if (outcome == null) {
      Waiter waiter = waiter();
      CompletionListeners.Entry entry = listeners.add(() -> wake(waiter));
      if (entry != null) {
        try {
          waiter.at(end()).await(reason());
        } finally {
          listeners.remove(entry);
        }
      }
    }
    return ended();
  }

  @Nullable Outcome<T> join(Duration timeout) throws InterruptedException {
    if (outcome == null) {
      Waiter waiter = waiter();
      CompletionListeners.Entry entry = listeners.add(() -> wake(waiter));
      if (entry != null) {
        try {
          waiter.await(reason(), Durations.toNanos(timeout));
        } finally {
          listeners.remove(entry);
        }
      }
    }
    return observe();
  }

  private Waiter waiter() {
    if (CurrentGreenlet.get() == greenlet) {
      throw new IllegalStateException(
          "Greenlet '%s' would wait for itself forever: join it from another one"
              .formatted(greenlet.name()));
    }
    return Waiter.ofCurrent();
  }

  private void wake(Waiter waiter) {
    observed = true;
    waiter.wake();
  }

  private WaitReason reason() {
    return new WaitReason(WaitReason.JOIN, greenlet.toString());
  }

  private Synchronizer end() {
    WaitReason reason = reason();
    return new Synchronizer() {
      @Override
      public WaitReason waitReason() {
        return reason;
      }

      @Override
      public @Nullable Strand holder() {
        return isDone() ? null : new Strand(greenlet.thread(), greenlet);
      }

      @Override
      public List<Strand> waiters() {
        return List.of(); // the waiters of a join are never queried
      }
    };
  }

  private Outcome<T> ended() {
    Outcome<T> known = observe();
    if (known == null) {
      throw new AssertionError(greenlet + " was announced as ended without an outcome");
    }
    return known;
  }

  T value(Outcome<T> how) throws ExecutionException {
    return switch (how) {
      case Outcome.Returned<T>(T value) -> value;
      case Outcome.Failed<T>(Throwable cause) -> throw new ExecutionException(cause);
      case Outcome.Killed<T>(GreenletExit exit) -> throw cancelled(exit);
    };
  }

  /**
   * Runs an action after the end, or at once if the greenlet has ended. Does not count a failure as
   * observed.
   */
  Registration onEnd(Runnable action) {
    CompletionListeners.Entry entry = listeners.add(action);
    if (entry != null) {
      return () -> listeners.remove(entry);
    }
    try {
      action.run();
    } catch (Throwable failure) {
      greenlet.environment().listenerFailed(greenlet, failure);
    }
    return () -> {};
  }

  Registration onComplete(Consumer<? super GreenletTask<T>> listener) {
    return onEnd(
        () -> {
          observe();
          listener.accept(greenlet);
        });
  }

  CompletableFuture<T> toCompletableFuture() {
    CompletableFuture<T> future = new CompletableFuture<>();
    onComplete(
        ended -> {
          switch (ended()) {
            case Outcome.Returned<T>(T value) -> future.complete(value);
            case Outcome.Failed<T>(Throwable cause) -> future.completeExceptionally(cause);
            case Outcome.Killed<T>(GreenletExit exit) ->
                future.completeExceptionally(cancelled(exit));
          }
        });
    return future;
  }

  private static CancellationException cancelled(GreenletExit exit) {
    CancellationException cancelled = new CancellationException(exit.getMessage());
    cancelled.initCause(exit);
    return cancelled;
  }
}
