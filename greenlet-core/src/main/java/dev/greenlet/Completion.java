package dev.greenlet;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of one greenlet: how it ended, who waits for that or wants to be told, and whether
 * anybody has looked at a failure.
 */
final class Completion<T extends @Nullable Object> {
  private final DefaultGreenletTask<T> greenlet;
  private final CompletionListeners interested = new CompletionListeners();
  private volatile @Nullable Outcome<T> outcome;
  private volatile boolean observed; // set for failures only

  Completion(DefaultGreenletTask<T> greenlet) {
    this.greenlet = greenlet;
  }

  /** The outcome, or {@code null}; looking at it here does not count as having observed it. */
  @Nullable Outcome<T> peek() {
    return outcome;
  }

  boolean isDone() {
    return outcome != null;
  }

  /** Says how it ended, so that the greenlet counts as finished. Once. */
  void decide(Outcome<T> how) {
    outcome = how;
  }

  /** Tells everybody. Once, after {@link #decide}. */
  void announce() {
    TaskEnvironment environment = greenlet.environment();
    interested.complete(failure -> environment.listenerFailed(greenlet, failure));
    if (outcome instanceof Outcome.Failed<T>(Throwable cause) && !observed) {
      environment.failedUnobserved(greenlet, cause);
      if (observed) {
        environment.observed(greenlet); // in between
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
      CompletionListeners.Entry entry = interested.add(() -> wake(waiter));
      if (entry != null) {
        try {
          waiter.at(end()).await(reason());
        } finally {
          interested.remove(entry);
        }
      }
    }
    return ended();
  }

  @Nullable Outcome<T> join(Duration timeout) throws InterruptedException {
    if (outcome == null) {
      Waiter waiter = waiter();
      CompletionListeners.Entry entry = interested.add(() -> wake(waiter));
      if (entry != null) {
        try {
          waiter.await(reason(), Durations.toNanos(timeout));
        } finally {
          interested.remove(entry);
        }
      }
    }
    return observe();
  }

  private Waiter waiter() {
    if (CurrentGreenlet.get() == greenlet) {
      throw new IllegalStateException(
          "Greenlet '%s' would wait for itself for ever: join it from another one"
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
        return List.of(); // nobody asks one join for the others
      }
    };
  }

  private Outcome<T> ended() {
    Outcome<T> known = observe();
    if (known == null) {
      throw new AssertionError(greenlet + " was said to have ended");
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

  /** Runs an action after the end, or now if that has come. It learns nothing of the outcome. */
  Registration onEnd(Runnable action) {
    CompletionListeners.Entry entry = interested.add(action);
    if (entry != null) {
      return () -> interested.remove(entry);
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
