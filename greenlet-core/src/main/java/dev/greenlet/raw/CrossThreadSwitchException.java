package dev.greenlet.raw;

/** Thrown when the target of a switch belongs to the tree of another thread or task greenlet. */
public final class CrossThreadSwitchException extends RawGreenletException {
  private static final long serialVersionUID = 1L;

  CrossThreadSwitchException(RawState target, RawTree current, RawTree expected) {
    super(
        """
        Cannot switch to a different thread: %s does not belong to the caller's tree
        \tCurrent:  %s
        \tExpected: %s
        Switch from within the expected tree, or pass the value through a queue\
        """
            .formatted(target, current, expected));
  }
}
