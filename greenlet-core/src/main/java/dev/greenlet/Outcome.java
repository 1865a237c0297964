package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a greenlet that has ended: it returned, failed, or was killed. Being killed is
 * decided by the kill and not by the exception that the body throws: code that swallows or wraps
 * {@link GreenletExit} does not change the outcome.
 *
 * <p>Immutable, apart from the result itself; any thread may call each method.
 *
 * @param <T> the type of the result
 */
public sealed interface Outcome<T extends @Nullable Object> {

  /**
   * The outcome of a greenlet whose body returned.
   *
   * @param value the result, which may be {@code null} if the type permits
   * @param <T> the type of the result
   */
  record Returned<T extends @Nullable Object>(T value) implements Outcome<T> {}

  /**
   * The outcome of a greenlet whose body threw an exception.
   *
   * @param cause the exception
   * @param <T> the type of the result
   */
  record Failed<T extends @Nullable Object>(Throwable cause) implements Outcome<T> {}

  /**
   * The outcome of a greenlet that was killed.
   *
   * @param exit the exception that was thrown into it, with the reason as its message
   * @param <T> the type of the result
   */
  record Killed<T extends @Nullable Object>(GreenletExit exit) implements Outcome<T> {}
}
