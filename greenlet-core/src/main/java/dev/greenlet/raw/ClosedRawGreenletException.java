package dev.greenlet.raw;

/** Thrown when the target of a switch has been closed. */
public final class ClosedRawGreenletException extends RawGreenletException {
  private static final long serialVersionUID = 1L;

  ClosedRawGreenletException(RawState target) {
    super("Cannot switch to %s, which was closed: create another one".formatted(target));
  }
}
