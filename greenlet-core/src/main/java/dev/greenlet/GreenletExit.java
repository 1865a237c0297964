package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * Thrown inside a greenlet that was killed, at its next switch point and at each that it comes to
 * then, until it, or the {@link Stint} that was killed, has ended. An {@link Error}, so that {@code
 * catch (Exception)} does not stop it. Cleaning up that must wait does so inside of {@link
 * Greenlets#shielded}. It carries no stack trace, for it marks no mistake; suppressed in it is the
 * failure of a call that was cut short.
 *
 * <p>A body that throws one itself ends its greenlet as killed.
 */
public class GreenletExit extends Error {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exit.
   *
   * @param message why the greenlet is killed
   * @param cause what led to it, or {@code null}
   */
  public GreenletExit(String message, @Nullable Throwable cause) {
    super(message, cause, true, false);
  }
}
