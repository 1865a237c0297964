package dev.greenlet;

/** Runs short, non-blocking actions when they are due. */
interface Timers {

  /** Any thread. */
  Timer schedule(long dueNanos, Runnable action);

  /** The present time, on the clock that {@code dueNanos} refers to. */
  long nanoTime();

  /** A scheduled action. */
  @FunctionalInterface
  interface Timer {
    /** Forgets the action, unless it has run. Any thread, any number of times. */
    void cancel();
  }
}
