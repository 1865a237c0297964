package dev.greenlet;

import java.util.concurrent.TimeoutException;

/**
 * Thrown inside a greenlet whose {@link Deadline} is over, at its next switch point. An {@link
 * Error}, so that {@code catch (Exception)} on the way to the deadline's owner does not stop it:
 * the owner turns it into a {@link TimeoutException}. It carries no stack trace but that of the
 * switch point.
 */
public final class DeadlineExit extends Error {
  private static final long serialVersionUID = 1L;

  private final transient Deadline deadline;

  DeadlineExit(Deadline deadline) {
    super(deadline + " is over");
    this.deadline = deadline;
  }

  boolean isOf(Deadline other) {
    return deadline == other;
  }

  TimeoutException toTimeout() {
    return deadline.timeout(this);
  }
}
