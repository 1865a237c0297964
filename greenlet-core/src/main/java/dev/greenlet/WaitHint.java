package dev.greenlet;

import java.util.Objects;

/**
 * Says what the caller is about to wait for, where the place of the wait does not know: a publisher
 * or something of the JDK's. For libraries that begin here what is waited for elsewhere.
 */
public final class WaitHint {
  private WaitHint() {}

  /**
   * Gives the calling greenlet a reason that is shown while it waits at a place that has none of
   * its own, or only that of a publisher. Of several the last counts. Off a greenlet this does
   * nothing.
   *
   * @param reason what the greenlet will wait for
   * @return how to take that back; any thread
   */
  public static Registration of(WaitReason reason) {
    Objects.requireNonNull(reason, "'reason' must not be null");
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current == null ? () -> {} : current.suspender().expect(reason);
  }
}
