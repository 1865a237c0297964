package dev.greenlet.sync;

/**
 * Thrown by a {@link GreenletQueue} that is closed, to who puts, and to who takes once it is empty.
 */
public final class QueueClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  QueueClosedException(String message) {
    super(message);
  }
}
