package dev.greenlet;

import java.util.Objects;

/**
 * Describes a wait that the caller is about to make at a place that cannot describe it, such as a
 * publisher or a class of the JDK. An SPI for libraries that start an operation here and wait for
 * it elsewhere.
 */
public final class WaitHint {
  private WaitHint() {}

  /**
   * Sets the reason that is shown while the calling greenlet waits at a place that has no reason of
   * its own, or only that of a publisher. The last of several hints counts. Any thread may call
   * this method; on a thread that is not a greenlet it does nothing.
   *
   * @param reason what the greenlet will wait for
   * @return a registration that removes the hint; any thread may close it
   * @throws NullPointerException if {@code reason} is {@code null}
   */
  public static Registration of(WaitReason reason) {
    Objects.requireNonNull(reason, "'reason' must not be null");
    DefaultGreenletTask<?> current = CurrentGreenlet.get();
    return current == null ? () -> {} : current.suspender().expect(reason);
  }
}
