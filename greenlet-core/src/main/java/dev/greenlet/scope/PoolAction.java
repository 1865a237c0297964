package dev.greenlet.scope;

import org.jspecify.annotations.Nullable;

/**
 * What a pool does with each input, in a greenlet of its own.
 *
 * @param <A> the type of the inputs
 */
@FunctionalInterface
public interface PoolAction<A extends @Nullable Object> {
  /**
   * Does something with an input.
   *
   * @param input the input
   * @throws Exception if that fails
   */
  void accept(A input) throws Exception;
}
