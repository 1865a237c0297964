package dev.greenlet.sync;

import java.util.NoSuchElementException;

/**
 * What came of receiving from a {@link Channel}.
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
   * The channel is closed and empty: there will never be a value again.
   *
   * @param <T> the type of the values
   */
  record Closed<T>() implements Received<T> {}

  /**
   * Nothing came in time.
   *
   * @param <T> the type of the values
   */
  record TimedOut<T>() implements Received<T> {}

  /**
   * The value, for those who know that there is one.
   *
   * @return the value
   * @throws ChannelClosedException if the channel is closed and empty
   * @throws NoSuchElementException if nothing came in time
   */
  default T orThrow() {
    return switch (this) {
      case Value<T>(T value) -> value;
      case Closed<T> _ -> throw new ChannelClosedException("The channel is closed and empty");
      case TimedOut<T> _ ->
          throw new NoSuchElementException("Nothing came in time: look at what was received");
    };
  }
}
