package dev.greenlet.raw;

/**
 * Carries a checked exception from one raw greenlet to another, where nobody has declared it.
 * Unchecked ones travel as they are.
 */
public final class RawBodyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RawBodyException(Throwable checked) {
    super(checked.toString(), checked);
  }
}
