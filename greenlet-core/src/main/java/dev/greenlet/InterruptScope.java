package dev.greenlet;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A section of a greenlet in which the runtime may interrupt it, as the last resort. A kill and the
 * end of a deadline remain pending until the next switch point of the greenlet. Inside of this
 * section they do so for a limited time: a greenlet that then still waits in an undescribed call of
 * the JDK is interrupted, and again each time the same period has elapsed, until the section has
 * ended. So is a greenlet that has caught its exit and waits in such a call.
 *
 * <p>The interrupt counts as the delivery: the outcome is <em>killed</em> or <em>timed out</em>,
 * whatever the code does with it, and the exit is thrown at the next switch point in any case. The
 * interrupt status is cleared when the exit is thrown, when the section ends, and before any call
 * that must not be interrupted: a {@link SwitchPoint}, inside of which no greenlet is interrupted,
 * and {@link Greenlets#shielded}. A greenlet that computes, or waits at a primitive of this
 * library, is not interrupted either.
 *
 * <p>Greenlets that are spawned inside of the section may be interrupted likewise, for their whole
 * lives. An interrupt closes the socket in which the greenlet waits.
 *
 * <p>Confined to the greenlet that opened the section: it is opened and closed by the same
 * greenlet, an inner section before the outer one.
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
   * @param grace the time for which an exit may be pending before the greenlet is interrupted
   * @return the section, to be closed by the same greenlet
   * @throws IllegalArgumentException if {@code grace} is not more than zero
   * @throws IllegalStateException if the caller is not a greenlet
   */
  public static InterruptScope after(Duration grace) {
    if (!grace.isPositive()) {
      throw new IllegalArgumentException(
          "'grace' must be more than zero, was %s: a greenlet needs time to reach a switch point"
              .formatted(grace));
    }
    long nanos = Durations.toNanos(grace);
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.require();
    CancellationState cancellation = greenlet.cancellation();
    InterruptEscalation before = cancellation.escalation();
    cancellation.escalation(new InterruptEscalation(greenlet, nanos));
    return new InterruptScope(cancellation, before);
  }

  /**
   * Ends the section. The runtime sends no interrupt from now on, and leaves none of its own
   * pending.
   */
  @Override
  public void close() {
    cancellation.escalation(before);
  }
}
