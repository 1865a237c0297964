package dev.greenlet;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Repeats a step until that says it was the last, whatever the step throws: the life of a thread
 * that others depend on. Where the heap is full, any allocation throws, those of a condition or a
 * log line too. An SPI for the watchdogs of this project and its modules.
 */
public final class ResilientLoop implements Runnable {

  /** What is repeated. */
  @FunctionalInterface
  public interface Step {

    /**
     * Does it once, the pause between two steps included.
     *
     * @return whether another one follows
     * @throws Exception whatever it likes; another one follows
     */
    boolean run() throws Exception;
  }

  private final Step step;
  private final long pauseNanos;
  private final Consumer<Throwable> onFailure;

  /**
   * Creates a loop.
   *
   * @param step what is repeated
   * @param pause the pause after a step that has failed
   * @param onFailure called with the first of several failures in a row; what it throws is dropped
   */
  public ResilientLoop(Step step, Duration pause, Consumer<Throwable> onFailure) {
    this.step = step;
    this.pauseNanos = pause.toNanos();
    this.onFailure = onFailure;
  }

  /** Runs the loop to its end. The thread whose life it is. */
  @Override
  public void run() {
    boolean failing = false;
    while (true) {
      try {
        if (!step.run()) {
          return;
        }
        failing = false;
      } catch (Throwable failure) {
        if (!failing) {
          failing = true;
          report(failure);
        }
        LockSupport.parkNanos(this, pauseNanos);
      }
    }
  }

  private void report(Throwable failure) {
    try {
      onFailure.accept(failure);
    } catch (Throwable reportersOwn) {
      // the loop is worth more than the line
    }
  }
}
