package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * A part of a greenlet's life that is killed on its own, as the requests that one greenlet handles
 * one after the other are: a kill that comes meanwhile ends the part and not the greenlet, and is
 * forgotten with it.
 *
 * <pre>{@code
 * try (Stint stint = Stint.begin()) {
 *   try {
 *     handle(request);
 *   } finally {
 *     boolean killed = stint.exit() != null; // also if handle has swallowed the exit
 *   }
 * }
 * }</pre>
 *
 * <p>The kill of a runtime that closes is never forgotten. Stints nest. Not thread-safe: begun,
 * asked and closed by the same greenlet, in order.
 */
public final class Stint implements AutoCloseable {
  private final DefaultGreenletTask<?> greenlet;
  private final @Nullable GreenletExit before;

  private Stint(DefaultGreenletTask<?> greenlet, @Nullable GreenletExit before) {
    this.greenlet = greenlet;
    this.before = before;
  }

  /**
   * Begins a part of the caller's life. What was to kill the part before it, and came too late, is
   * forgotten.
   *
   * @return the part, to be closed
   * @throws IllegalStateException if the caller is no greenlet
   */
  public static Stint begin() {
    DefaultGreenletTask<?> greenlet = CurrentGreenlet.require();
    forgetPending(greenlet);
    return new Stint(greenlet, greenlet.signals().replaceDelivered(null));
  }

  /**
   * The kill that was delivered since the beginning, whatever became of its exit.
   *
   * @return the exit, or {@code null} if there was none
   */
  public @Nullable GreenletExit exit() {
    return greenlet.signals().deliveredExit();
  }

  /** Ends the part. A kill that comes from now on is for what follows. */
  @Override
  public void close() {
    forgetPending(greenlet);
    greenlet.signals().replaceDelivered(before);
  }

  private static void forgetPending(DefaultGreenletTask<?> greenlet) {
    if (!greenlet.runtime().isClosed()) {
      greenlet.signals().forgetKill();
    }
  }
}
