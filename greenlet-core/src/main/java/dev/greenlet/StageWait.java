package dev.greenlet;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A wait of the caller for a completion stage. A callback cannot be removed from a stage, but after
 * the wait this one no longer refers to the waiter.
 */
final class StageWait<T extends @Nullable Object> implements BiConsumer<T, @Nullable Throwable> {
  private static final WaitReason REASON = new WaitReason(WaitReason.JOIN, "a completion stage");

  private final CompletableFuture<T> end = new CompletableFuture<>();
  private volatile @Nullable Waiter waiting = Waiter.ofCurrent().externallyWoken();

  /** Completes the wait. Called by the stage, by any thread. */
  @Override
  public void accept(T value, @Nullable Throwable failure) {
    if (failure == null) {
      end.complete(value);
    } else {
      end.completeExceptionally(failure);
    }
    Waiter waiter = waiting;
    if (waiter != null) {
      waiter.wake();
    }
  }

  /** Waits for the result of the stage. The creator only, once. */
  T result() throws InterruptedException, ExecutionException {
    Waiter waiter = waiting;
    if (waiter == null) {
      throw new AssertionError("waits once");
    }
    try {
      waiter.await(REASON);
    } finally {
      waiting = null;
    }
    try {
      return end.get(); // is complete
    } catch (GreenletExit another) {
      throw new ExecutionException(another); // of the computation behind the stage
    }
  }
}
