package dev.greenlet.scope;

import org.jspecify.annotations.Nullable;

/**
 * An action of a pool on each input, run in a greenlet of its own.
 *
 * @param <A> the type of the inputs
 */
@FunctionalInterface
public interface PoolAction<A extends @Nullable Object> {
  /**
   * Performs the action on an input.
   *
   * @param input the input
   * @throws Exception if the action fails
   */
  void accept(A input) throws Exception;
}
