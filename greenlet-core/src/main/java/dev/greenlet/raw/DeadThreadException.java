package dev.greenlet.raw;

/**
 * Thrown when the target of a switch belongs to the tree of a thread or task greenlet that has
 * ended.
 */
public final class DeadThreadException extends RawGreenletException {
  private static final long serialVersionUID = 1L;

  DeadThreadException(RawState target, RawTree current, RawTree expected) {
    super(
        """
        Cannot switch to a different thread (which happens to have ended): %s
        \tCurrent:  %s
        \tExpected: %s
        Create a raw greenlet in the caller's tree\
        """
            .formatted(target, current, expected));
  }
}
