package dev.greenlet.scope;

import org.jspecify.annotations.Nullable;

/**
 * What a pool does with each input, in a greenlet of its own.
 *
 * @param <A> the type of the inputs
 * @param <B> the type of the results
 */
@FunctionalInterface
public interface PoolFunction<A extends @Nullable Object, B extends @Nullable Object> {
  /**
   * Makes a result of an input.
   *
   * @param input the input
   * @return the result
   * @throws Exception if that fails
   */
  B apply(A input) throws Exception;
}
