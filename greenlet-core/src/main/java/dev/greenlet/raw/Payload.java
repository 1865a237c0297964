package dev.greenlet.raw;

import dev.greenlet.DeadlineExit;
import dev.greenlet.GreenletExit;
import org.jspecify.annotations.Nullable;

/** What comes with control. */
sealed interface Payload {

  /** A value to return. */
  record Value(@Nullable Object value) implements Payload {}

  /** Something to throw. */
  record Failure(Throwable failure) implements Payload {}

  /** What the parent gets of a body's end: the exit of a kill is swallowed and becomes a value. */
  default Payload asLastWord() {
    return switch (this) {
      case Failure(DeadlineExit _) -> this;
      case Failure(GreenletExit exit) -> new Value(exit);
      case Failure _ -> this;
      case Value _ -> this;
    };
  }

  /** Returns or throws it, here. */
  default @Nullable Object open() {
    return switch (this) {
      case Value(Object value) -> value;
      case Failure(RuntimeException unchecked) -> throw unchecked;
      case Failure(Error error) -> throw error;
      case Failure(Throwable checked) -> throw new RawBodyException(checked);
    };
  }
}
