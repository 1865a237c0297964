package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * A call that may wait. The greenlet or thread that passes it to a method makes the call, before
 * that method returns, unless the method is documented otherwise.
 *
 * @param <T> the type of the result
 * @param <X> the type of the exception that the call may throw
 */
@FunctionalInterface
public interface BlockingCall<T extends @Nullable Object, X extends Throwable> {
  /**
   * Makes the call.
   *
   * @return the result
   * @throws X if the call fails
   */
  T call() throws X;
}
