package dev.greenlet.scope;

/**
 * Thrown when a greenlet of a full pool waits for a place in that pool, and every place is held by
 * one that waits likewise, or that spawned one that does: they would wait for each other for ever.
 */
public final class NestedPoolWaitException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  NestedPoolWaitException(String message) {
    super(message);
  }
}
