package dev.greenlet.raw;

import dev.greenlet.DeadlineExit;
import dev.greenlet.GreenletExit;
import org.jspecify.annotations.Nullable;

/** The value or exception that is passed with control. */
sealed interface Payload {

  /** A value to return. */
  record Value(@Nullable Object value) implements Payload {}

  /** A failure to throw. */
  record Failure(Throwable failure) implements Payload {}

  /**
   * Returns the payload that the parent receives at the end of a body: the exit of a kill becomes a
   * value.
   */
  default Payload asResult() {
    return switch (this) {
      case Failure(DeadlineExit _) -> this;
      case Failure(GreenletExit exit) -> new Value(exit);
      case Failure _ -> this;
      case Value _ -> this;
    };
  }

  /** Returns the value or throws the failure. */
  default @Nullable Object open() {
    return switch (this) {
      case Value(Object value) -> value;
      case Failure(RuntimeException unchecked) -> throw unchecked;
      case Failure(Error error) -> throw error;
      case Failure(Throwable checked) -> throw new RawBodyException(checked);
    };
  }
}
