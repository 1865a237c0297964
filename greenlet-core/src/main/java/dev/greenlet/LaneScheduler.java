package dev.greenlet;

import dev.greenlet.engine.FiberScheduler;

/** The working side of a {@link Lane}. */
interface LaneScheduler extends FiberScheduler {

  Lane lane();

  /** The timers of the greenlets at home here. */
  Timers timers();

  /** Counts a greenlet that comes ({@code 1}) or goes ({@code -1}). */
  void countLive(int change);
}
