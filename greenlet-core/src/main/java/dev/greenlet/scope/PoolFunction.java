package dev.greenlet.scope;

import org.jspecify.annotations.Nullable;

/**
 * A function of a pool on each input, run in a greenlet of its own.
 *
 * @param <A> the type of the inputs
 * @param <B> the type of the results
 */
@FunctionalInterface
public interface PoolFunction<A extends @Nullable Object, B extends @Nullable Object> {
  /**
   * Applies the function to an input.
   *
   * @param input the input
   * @return the result
   * @throws Exception if the function fails
   */
  B apply(A input) throws Exception;
}
