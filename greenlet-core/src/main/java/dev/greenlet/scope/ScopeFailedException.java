package dev.greenlet.scope;

import java.util.List;

/**
 * Thrown when greenlets of a scope, or actions of a pool, failed. The cause is the first failure in
 * time; the others are suppressed.
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
