package dev.greenlet.scope;

/**
 * Thrown when a greenlet of a full pool waits for a place in that pool, and every place is held by
 * a greenlet that waits likewise, or has spawned one that does: they would wait for each other
 * forever.
 */
public final class NestedPoolWaitException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  NestedPoolWaitException(String message) {
    super(message);
  }
}
