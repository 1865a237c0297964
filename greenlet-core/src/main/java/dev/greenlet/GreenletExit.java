package dev.greenlet;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown inside a greenlet that was killed, at its next switch point and at each later one, until
 * the greenlet, or the {@link CancelScope} that was killed, has ended. It is a {@link
 * CancellationException}, so that the libraries that it unwinds through release what they hold, as
 * they do for any exception; an {@link Error} makes some of them unusable. Code that catches it
 * does not continue for long, and does not change the outcome. A cleanup that must wait does so
 * inside {@link Greenlets#shielded}.
 *
 * <p>It is never thrown below a class initialiser, because a class whose initialiser fails is
 * unusable from then on, but at the first switch point after the initialiser.
 *
 * <p>It has no stack trace, because it does not indicate a defect; the failure of a call that was
 * cancelled is suppressed in it.
 *
 * <p>A body that throws an exit itself ends its greenlet as killed.
 */
public class GreenletExit extends CancellationException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exit.
   *
   * @param message the reason of the kill
   * @param cause the cause of the kill, or {@code null} for none
   */
  @SuppressWarnings("this-escape") // the superclass takes no cause
  public GreenletExit(String message, @Nullable Throwable cause) {
    super(message);
    if (cause != null) {
      initCause(cause);
    }
  }

  /**
   * Records the stack for the exit of a deadline, and nothing for a kill.
   *
   * @return this
   */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return hasStackTrace() ? super.fillInStackTrace() : this;
  }

  /** Returns whether this exit records its stack. Called before the exit is constructed. */
  boolean hasStackTrace() {
    return false;
  }
}
