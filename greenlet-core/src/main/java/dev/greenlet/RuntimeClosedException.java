package dev.greenlet;

/** Thrown when a greenlet is to be spawned in a runtime that is closed. */
public final class RuntimeClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message which runtime, and what it refused
   */
  public RuntimeClosedException(String message) {
    super(message);
  }
}
