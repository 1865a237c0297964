package dev.greenlet.scope;

import java.util.List;

/**
 * Thrown by a scope in which greenlets failed: what the first one in time threw is the cause, what
 * the others threw is suppressed.
 */
public final class ScopeFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ScopeFailedException(List<Throwable> failures) {
    super(
        "%d greenlets of the scope failed, the first with %s"
            .formatted(failures.size(), failures.getFirst()),
        failures.getFirst());
    failures.stream().skip(1).forEach(this::addSuppressed);
  }
}
