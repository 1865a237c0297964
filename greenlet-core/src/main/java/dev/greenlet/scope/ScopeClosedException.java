package dev.greenlet.scope;

import org.jspecify.annotations.Nullable;

/** Thrown when a greenlet is spawned in a scope or pool that accepts none any more. */
public final class ScopeClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  ScopeClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
