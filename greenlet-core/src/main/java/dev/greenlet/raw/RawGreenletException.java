package dev.greenlet.raw;

/** Thrown when a switch is not allowed. Control has not been passed; the caller continues. */
public abstract sealed class RawGreenletException extends RuntimeException
    permits CrossThreadSwitchException, DeadThreadException, ClosedRawGreenletException {
  private static final long serialVersionUID = 1L;

  RawGreenletException(String message) {
    super(message);
  }
}
