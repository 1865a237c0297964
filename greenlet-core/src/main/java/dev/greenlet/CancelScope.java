package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * A scope of a greenlet in which a kill ends the scope, and not the greenlet, such as one of the
 * requests that a greenlet handles one after the other: a kill that arrives during the scope is
 * thrown at every switch point until the scope has ended, and is discarded with it.
 *
 * <pre>{@code
 * try (CancelScope scope = CancelScope.begin()) {
 *   try {
 *     handle(request);
 *   } finally {
 *     boolean killed = scope.exit() != null; // also if handle has caught the exit
 *   }
 * }
 * }</pre>
 *
 * <p>Scopes nest: a kill of the outer one is thrown in the inner one as well, and is not discarded
 * with the inner one. A {@link Deadline} that is opened in a scope is closed with it at the latest.
 * The kill of a runtime that closes is never discarded.
 *
 * <p>An SPI for libraries that run several units of work in one greenlet. Confined to the greenlet
 * that began the scope: it is begun, read and closed by the same greenlet, an inner scope before
 * the outer one. Interrupts are not affected.
 */
public final class CancelScope implements AutoCloseable {
  private final DefaultGreenletTask<?> greenlet;
  private final CancellationState.Part before;

  private CancelScope(DefaultGreenletTask<?> greenlet, CancellationState.Part before) {
    this.greenlet = greenlet;
    this.before = before;
  }

  /**
   * Begins a scope of the caller. If another one has ended before, and none is open, a kill that
   * has arrived since then is discarded: it was meant for the ended one, and arrived too late.
   *
   * @return the scope, to be closed
   * @throws IllegalStateException if the caller is not a greenlet
   */
  public static CancelScope begin() {
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.require();
    return new CancelScope(
        greenlet, greenlet.cancellation().beginPart(greenlet.environment().isClosed()));
  }

  /**
   * Returns the kill that was delivered since the scope began, whether or not the exit was caught
   * since.
   *
   * @return the exit, or {@code null} if no kill was delivered
   */
  public @Nullable GreenletExit exit() {
    return greenlet.cancellation().deliveredExit();
  }

  /**
   * Delivers a pending kill or end of a deadline, as a switch point does, without giving up the
   * lane. The greenlet of the scope must call this method.
   *
   * @throws GreenletExit if one is pending, or was thrown before and is thrown again
   */
  public void deliver() {
    greenlet.cancellation().deliver();
  }

  /** Ends the scope. A kill that arrives from now on is meant for what follows. */
  @Override
  public void close() {
    greenlet.cancellation().endPart(before, greenlet.environment().isClosed());
  }
}
