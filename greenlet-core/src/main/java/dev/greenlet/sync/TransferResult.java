package dev.greenlet.sync;

import org.jspecify.annotations.Nullable;

/**
 * The state of a send or a receive.
 *
 * @param value the received value
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

  /** Returns the result of a wait that was granted or refused. */
  static <T> TransferResult<T> of(WaitNode<T> served) {
    return served.isRefused() ? closed() : done(served.value());
  }

  boolean isOver() {
    return step != Step.MUST_WAIT;
  }

  T received() {
    T handed = value;
    if (handed == null) {
      throw new AssertionError("no value was received");
    }
    return handed;
  }
}
