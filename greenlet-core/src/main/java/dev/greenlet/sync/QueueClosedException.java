package dev.greenlet.sync;

/**
 * Thrown by a closed {@link GreenletQueue} when an element is put, or is taken while it is empty.
 */
public final class QueueClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  QueueClosedException(String message) {
    super(message);
  }
}
