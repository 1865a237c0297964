package dev.greenlet.loop;

/** Runs short, non-blocking actions when they are due. */
public interface Timers {

  /**
   * Runs an action at a point in time, or soon if that has passed. Any thread.
   *
   * @param dueNanos when, on the clock of {@link #nanoTime()}
   * @param action a short action that does not block
   * @return the scheduled action
   */
  Timer schedule(long dueNanos, Runnable action);

  /**
   * Returns the present time. Any thread.
   *
   * @return nanoseconds of arbitrary origin
   */
  long nanoTime();

  /** A scheduled action. */
  @FunctionalInterface
  interface Timer {
    /** Forgets the action, unless it has run. Any thread, any number of times. */
    void cancel();
  }
}
