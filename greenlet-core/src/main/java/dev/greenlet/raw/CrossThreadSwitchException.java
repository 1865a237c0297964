package dev.greenlet.raw;

/** The target belongs to the tree of another thread. */
public final class CrossThreadSwitchException extends RawGreenletException {
  private static final long serialVersionUID = 1L;

  CrossThreadSwitchException(RawState target, RawTree current, RawTree expected) {
    super(
        """
        Cannot switch to a different thread: %s is not of the caller's tree
        \tCurrent:  %s
        \tExpected: %s
        Switch from within the expected tree, or hand the value over by a queue\
        """
            .formatted(target, current, expected));
  }
}
