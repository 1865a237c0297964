package dev.greenlet.fiber;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Work that must not run on a virtual thread. */
final class PlatformThreads {
  private PlatformThreads() {}

  /** Runs an action on a platform thread of its own and waits for it, whatever interrupts come. */
  static <T> T call(Supplier<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("greenlet-start")
        .start(
            () -> {
              try {
                result.complete(action.get());
              } catch (Throwable failure) {
                result.completeExceptionally(failure);
              }
            });
    return result.join();
  }
}
