package dev.greenlet.raw;

/** The target was closed. */
public final class ClosedRawGreenletException extends RawGreenletException {
  private static final long serialVersionUID = 1L;

  ClosedRawGreenletException(RawState target) {
    super("Cannot switch to %s, which was closed: make a new one".formatted(target));
  }
}
