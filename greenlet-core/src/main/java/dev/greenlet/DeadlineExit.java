package dev.greenlet;

import java.util.concurrent.TimeoutException;

/**
 * Thrown inside a greenlet whose {@link Deadline} is over, at its next switch point and at each
 * that it comes to then, until the deadline is closed. The deadline's owner turns it into a {@link
 * TimeoutException}; no other code needs to tell it from a kill. Its stack trace is that of the
 * switch point.
 */
public final class DeadlineExit extends GreenletExit {
  private static final long serialVersionUID = 1L;

  private final transient Deadline deadline;

  DeadlineExit(Deadline deadline) {
    super(deadline + " is over", null);
    this.deadline = deadline;
  }

  @Override
  boolean hasStackTrace() {
    return true;
  }

  boolean isOf(Deadline other) {
    return deadline == other;
  }

  /**
   * Returns whether the section of the deadline is open, so that this exit has an owner to unwind
   * to. Any thread; {@code false} is final.
   *
   * @return whether it is open
   */
  public boolean isOpen() {
    return deadline.isOpen();
  }

  /**
   * Throws this exit into another greenlet too, which works for the owner of the deadline while
   * that waits for it: ends its wait as the deadline would, or comes at its next switch point. It
   * is dropped if the section has ended by then. Any thread; never waits.
   *
   * @param worker the other greenlet
   */
  public void passTo(GreenletTask<?> worker) {
    if (worker instanceof DefaultGreenletTask<?> task) {
      task.pass(this);
    }
  }

  TimeoutException toTimeout() {
    return deadline.timeout(this);
  }
}
