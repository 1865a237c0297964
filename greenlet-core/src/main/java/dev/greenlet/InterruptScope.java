package dev.greenlet;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A section of a greenlet that may be interrupted, by the runtime and as the last resort. A kill or
 * the end of a deadline waits for the next switch point of its victim. Inside of this section it
 * does so for a while only: a victim that still waits in a call of the JDK that nobody described is
 * interrupted then, and again after as long, until the section is over. So is one that has
 * swallowed its exit and waits there.
 *
 * <p>The interrupt counts as the delivery: the outcome is <em>killed</em> or <em>timed out</em>
 * whatever the code makes of it, and the exit is thrown at the next switch point all the same. It
 * is taken off the thread when the exit is thrown, when the section ends, and before anything that
 * must go on: a {@link SwitchPoint}, inside of which nobody is interrupted, and {@link
 * Greenlets#shielded}. What runs, or waits at a greenlet primitive, is not interrupted either.
 *
 * <p>What the greenlet spawns inside of the section may be interrupted likewise, all its life.
 *
 * <p>An interrupt closes the socket that it finds. Not thread-safe: opened and closed by the same
 * greenlet, in order.
 */
public final class InterruptScope implements AutoCloseable {
  private final CancellationState cancellation;
  private final @Nullable InterruptEscalation before;

  private InterruptScope(CancellationState cancellation, @Nullable InterruptEscalation before) {
    this.cancellation = cancellation;
    this.before = before;
  }

  /**
   * Opens a section of the calling greenlet.
   *
   * @param grace how long an exit may be pending
   * @return the section, to be closed by the same greenlet
   * @throws IllegalArgumentException if {@code grace} is not more than zero
   * @throws IllegalStateException if the caller is no greenlet
   */
  public static InterruptScope after(Duration grace) {
    if (!grace.isPositive()) {
      throw new IllegalArgumentException(
          "'grace' must be more than zero, was %s: a victim needs time for its next switch point"
              .formatted(grace));
    }
    long nanos = Durations.toNanos(grace);
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.require();
    CancellationState cancellation = greenlet.cancellation();
    InterruptEscalation before = cancellation.escalation();
    cancellation.escalation(new InterruptEscalation(greenlet, nanos));
    return new InterruptScope(cancellation, before);
  }

  /** Ends the section: no interrupt comes from now on, and none is left on the thread. */
  @Override
  public void close() {
    cancellation.escalation(before);
  }
}
