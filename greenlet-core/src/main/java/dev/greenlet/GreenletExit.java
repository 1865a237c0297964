package dev.greenlet;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown inside a greenlet that was killed, at its next switch point and at each that it comes to
 * then, until it, or the {@link CancelScope} that was killed, has ended. A {@link
 * CancellationException}, so that the libraries on its way release what they hold, as they do for
 * any exception; on an {@link Error} some of them give up for good. Code that catches it does not
 * go on for long, and does not change the outcome. Cleaning up that must wait does so inside of
 * {@link Greenlets#shielded}.
 *
 * <p>It is never thrown below a class initialiser, for a class whose initialiser fails is unusable
 * from then on, but at the first switch point after that.
 *
 * <p>It carries no stack trace, for it marks no mistake; suppressed in it is the failure of a call
 * that was cut short.
 *
 * <p>A body that throws one itself ends its greenlet as killed.
 */
public class GreenletExit extends CancellationException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exit.
   *
   * @param message why the greenlet is killed
   * @param cause what led to it, or {@code null}
   */
  @SuppressWarnings("this-escape") // the superclass takes no cause
  public GreenletExit(String message, @Nullable Throwable cause) {
    super(message);
    if (cause != null) {
      initCause(cause);
    }
  }

  /**
   * Records the stack of a deadline's exit, and nothing for a kill.
   *
   * @return this
   */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return hasStackTrace() ? super.fillInStackTrace() : this;
  }

  /** Returns whether the stack is worth its cost. Called before the exit is constructed. */
  boolean hasStackTrace() {
    return false;
  }
}
