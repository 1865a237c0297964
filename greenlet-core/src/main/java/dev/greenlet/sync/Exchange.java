package dev.greenlet.sync;

import org.jspecify.annotations.Nullable;

/**
 * How far a send or a receive has come.
 *
 * @param value what was received
 */
record Exchange<T>(Step step, @Nullable T value) {
  enum Step {
    DONE,
    CLOSED,
    MUST_WAIT
  }

  static <T> Exchange<T> done(@Nullable T value) {
    return new Exchange<>(Step.DONE, value);
  }

  static <T> Exchange<T> closed() {
    return new Exchange<>(Step.CLOSED, null);
  }

  static <T> Exchange<T> mustWait() {
    return new Exchange<>(Step.MUST_WAIT, null);
  }

  /** What came of a wait that was granted or refused. */
  static <T> Exchange<T> of(WaitNode<T> served) {
    return served.isRefused() ? closed() : done(served.value());
  }

  boolean isOver() {
    return step != Step.MUST_WAIT;
  }

  T received() {
    T handed = value;
    if (handed == null) {
      throw new AssertionError("nothing was received");
    }
    return handed;
  }
}
