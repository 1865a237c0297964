package dev.greenlet.raw;

/**
 * Wraps a checked exception that is passed from one raw greenlet to another, where it is not
 * declared. Unchecked exceptions are passed unwrapped.
 */
public final class RawBodyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RawBodyException(Throwable checked) {
    super(checked.toString(), checked);
  }
}
