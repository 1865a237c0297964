package dev.greenlet;

import java.util.concurrent.TimeoutException;

/**
 * Thrown inside a greenlet of which a {@link Deadline} has expired, at its next switch point and at
 * each later one, until the deadline is closed. The owner of the deadline converts it to a {@link
 * TimeoutException}; no other code needs to distinguish it from a kill. Its stack trace is that of
 * the switch point.
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
   * Returns whether the section of the deadline is open, so that this exit has an owner to which it
   * unwinds. Any thread may call this method; once {@code false}, the result remains so.
   *
   * @return {@code true} if the section is open
   */
  public boolean isOpen() {
    return deadline.isOpen();
  }

  /**
   * Throws this exit into another greenlet too, one that works for the owner of the deadline while
   * the owner waits for it: ends its wait as the deadline would, or is thrown at its next switch
   * point. It is dropped if the section has ended by then. Any thread may call this method; it
   * never waits.
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
