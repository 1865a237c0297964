package dev.greenlet;

import dev.greenlet.fiber.FiberScheduler;
import dev.greenlet.loop.RunLoop;
import dev.greenlet.loop.Timers;

/** The working side of a {@link Lane}. */
interface LaneScheduler extends FiberScheduler {

  Lane lane();

  /** The timers of the greenlets at home here. */
  Timers timers();

  /** The loop that watches channels for the greenlets at home here. */
  RunLoop channels();

  /**
   * Runs a short, non-blocking action once when nothing is ready here, or now if nobody could tell.
   * The timer that is returned takes the wish back.
   */
  Timers.Timer whenIdle(Runnable action);

  /** Counts a greenlet that comes ({@code 1}) or goes ({@code -1}). */
  void countLive(int change);
}
