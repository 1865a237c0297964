package dev.greenlet;

/** Thrown by an attempt to spawn a greenlet in a runtime that is closed. */
public final class RuntimeClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the runtime, and the greenlet that it rejected
   */
  public RuntimeClosedException(String message) {
    super(message);
  }
}
