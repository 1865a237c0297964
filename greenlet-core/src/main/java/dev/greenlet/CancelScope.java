package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * A part of a greenlet's life that is killed on its own, as the requests that one greenlet handles
 * one after the other are: a kill that comes meanwhile ends the part and not the greenlet, and is
 * forgotten with it. Until then it is thrown at every switch point.
 *
 * <pre>{@code
 * try (CancelScope scope = CancelScope.begin()) {
 *   try {
 *     handle(request);
 *   } finally {
 *     boolean killed = scope.exit() != null; // also if handle has swallowed the exit
 *   }
 * }
 * }</pre>
 *
 * <p>A part that begins inside of another one ends with it: a kill of the outer one is thrown in
 * the inner one as well, and is not forgotten with that. A {@link Deadline} that is opened in a
 * part ends with it at the latest.
 *
 * <p>The kill of a runtime that closes is never forgotten. Not thread-safe: begun, asked and closed
 * by the same greenlet, in order.
 */
public final class CancelScope implements AutoCloseable {
  private final DefaultGreenletTask<?> greenlet;
  private final CancellationState.Part before;

  private CancelScope(DefaultGreenletTask<?> greenlet, CancellationState.Part before) {
    this.greenlet = greenlet;
    this.before = before;
  }

  /**
   * Begins a part of the caller's life. If another one has ended before, and none is open, a kill
   * that has come since then is forgotten: it was for that one, and came too late.
   *
   * @return the part, to be closed
   * @throws IllegalStateException if the caller is no greenlet
   */
  public static CancelScope begin() {
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.require();
    return new CancelScope(
        greenlet, greenlet.cancellation().beginPart(greenlet.environment().isClosed()));
  }

  /**
   * The kill that was delivered since the beginning, whatever became of its exit.
   *
   * @return the exit, or {@code null} if there was none
   */
  public @Nullable GreenletExit exit() {
    return greenlet.cancellation().deliveredExit();
  }

  /**
   * Delivers a kill or the end of a deadline, as a switch point does, without giving up the lane.
   * The greenlet of the part.
   *
   * @throws GreenletExit if one is pending or is thrown again
   */
  public void deliver() {
    greenlet.cancellation().deliver();
  }

  /** Ends the part. A kill that comes from now on is for what follows. */
  @Override
  public void close() {
    greenlet.cancellation().endPart(before, greenlet.environment().isClosed());
  }
}
