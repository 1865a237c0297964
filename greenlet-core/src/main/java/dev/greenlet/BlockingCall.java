package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * A call that waits.
 *
 * @param <T> what it returns
 * @param <X> what it throws
 */
@FunctionalInterface
public interface BlockingCall<T extends @Nullable Object, X extends Throwable> {
  /**
   * Makes the call.
   *
   * @return its result
   * @throws X if it fails
   */
  T call() throws X;
}
