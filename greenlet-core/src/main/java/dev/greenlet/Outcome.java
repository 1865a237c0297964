package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * How a greenlet ended. That it was killed is an outcome of its own, decided by the kill and not by
 * the exception that surfaced: code that swallows or wraps {@link GreenletExit} does not change it.
 *
 * @param <T> the type of the result
 */
public sealed interface Outcome<T extends @Nullable Object> {

  /**
   * It returned.
   *
   * @param value what it returned
   * @param <T> the type of the result
   */
  record Returned<T extends @Nullable Object>(T value) implements Outcome<T> {}

  /**
   * It threw.
   *
   * @param cause what it threw
   * @param <T> the type of the result
   */
  record Failed<T extends @Nullable Object>(Throwable cause) implements Outcome<T> {}

  /**
   * It was killed.
   *
   * @param exit what was thrown into it, with the reason as its message
   * @param <T> the type of the result
   */
  record Killed<T extends @Nullable Object>(GreenletExit exit) implements Outcome<T> {}
}
