package dev.greenlet.sync;

import org.jspecify.annotations.Nullable;

/**
 * How far a send or a receive has come.
 *
 * @param value what was received
 * @param partner who took part and is to be woken
 */
record Exchange<T>(Step step, @Nullable T value, @Nullable Turn<T> partner) {
  enum Step {
    DONE,
    CLOSED,
    MUST_WAIT
  }

  static <T> Exchange<T> done(@Nullable T value, @Nullable Turn<T> partner) {
    return new Exchange<>(Step.DONE, value, partner);
  }

  static <T> Exchange<T> closed() {
    return new Exchange<>(Step.CLOSED, null, null);
  }

  static <T> Exchange<T> mustWait() {
    return new Exchange<>(Step.MUST_WAIT, null, null);
  }

  /** What came of a wait that was served. */
  static <T> Exchange<T> of(Turn<T> served) {
    return served.refused ? closed() : done(served.value, null);
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
