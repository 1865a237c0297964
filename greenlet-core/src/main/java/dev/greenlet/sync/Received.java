package dev.greenlet.sync;

import java.util.NoSuchElementException;

/**
 * The result of receiving from a {@link Channel}. Immutable, except for the value; any thread.
 *
 * @param <T> the type of the values
 */
public sealed interface Received<T> {

  /**
   * A value.
   *
   * @param value the value
   * @param <T> the type of the values
   */
  record Value<T>(T value) implements Received<T> {}

  /**
   * The channel is closed and empty: there will be no more values.
   *
   * @param <T> the type of the values
   */
  record Closed<T>() implements Received<T> {}

  /**
   * The wait timed out.
   *
   * @param <T> the type of the values
   */
  record TimedOut<T>() implements Received<T> {}

  /**
   * Returns the value, where one is expected.
   *
   * @return the value
   * @throws ChannelClosedException if the channel is closed and empty
   * @throws NoSuchElementException if the wait timed out
   */
  default T orThrow() {
    return switch (this) {
      case Value<T>(T value) -> value;
      case Closed<T> _ -> throw new ChannelClosedException("The channel is closed and empty");
      case TimedOut<T> _ ->
          throw new NoSuchElementException("Receive timed out: check for Received.TimedOut first");
    };
  }
}
