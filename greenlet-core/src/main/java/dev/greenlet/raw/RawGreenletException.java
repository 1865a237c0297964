package dev.greenlet.raw;

/** A switch that is not allowed. Nothing has been switched; the caller goes on with control. */
public abstract sealed class RawGreenletException extends RuntimeException
    permits CrossThreadSwitchException, DeadThreadException, ClosedRawGreenletException {
  private static final long serialVersionUID = 1L;

  RawGreenletException(String message) {
    super(message);
  }
}
