package dev.greenlet;

/** Thrown when a greenlet gives up its lane inside {@link Greenlets#withoutSwitching}. */
public final class UnexpectedSwitchException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  UnexpectedSwitchException(String message) {
    super(message);
  }
}
