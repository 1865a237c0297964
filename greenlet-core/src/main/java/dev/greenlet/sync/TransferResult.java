package dev.greenlet.sync;

import org.jspecify.annotations.Nullable;

/**
 * How far a send or a receive has come.
 *
 * @param value what was received
 */
record TransferResult<T>(Step step, @Nullable T value) {
  enum Step {
    DONE,
    CLOSED,
    MUST_WAIT
  }

  static <T> TransferResult<T> done(@Nullable T value) {
    return new TransferResult<>(Step.DONE, value);
  }

  static <T> TransferResult<T> closed() {
    return new TransferResult<>(Step.CLOSED, null);
  }

  static <T> TransferResult<T> mustWait() {
    return new TransferResult<>(Step.MUST_WAIT, null);
  }

  /** What came of a wait that was granted or refused. */
  static <T> TransferResult<T> of(WaitNode<T> served) {
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
