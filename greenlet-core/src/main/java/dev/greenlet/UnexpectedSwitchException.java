package dev.greenlet;

/**
 * Thrown when a greenlet gives up its lane, or is about to, inside {@link
 * Greenlets#withoutSwitching}. The message names the switch point or the wait.
 */
public final class UnexpectedSwitchException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  UnexpectedSwitchException(String message) {
    super(message);
  }
}
