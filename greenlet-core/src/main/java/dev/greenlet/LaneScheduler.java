package dev.greenlet;

import dev.greenlet.fiber.FiberScheduler;
import dev.greenlet.loop.RunLoop;
import dev.greenlet.loop.Timers;

/** The internal side of a {@link Lane}, on which its greenlets are scheduled. Thread-safe. */
interface LaneScheduler extends FiberScheduler {

  Lane lane();

  /** Returns the timers of the greenlets of this lane. */
  Timers timers();

  /** Returns the loop that watches channels for the greenlets of this lane. */
  RunLoop channels();

  /**
   * Runs a short, non-blocking action once, when no greenlet of this lane is ready, or at once if
   * the lane cannot determine that. The returned timer cancels it.
   */
  Timers.Timer whenIdle(Runnable action);

  /** Counts a greenlet that joins ({@code 1}) or leaves ({@code -1}) this lane. */
  void countLive(int change);
}
