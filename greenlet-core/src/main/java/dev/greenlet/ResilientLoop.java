package dev.greenlet;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Repeats a step until the step returns {@code false}, whatever it throws: the body of a thread
 * that others depend on. When the heap is full any allocation throws, even that of a condition or a
 * log line. An SPI for the watchdogs of this project and its modules.
 *
 * <p>Confined to the thread that runs it. An interrupt ends the loop only if it makes the step
 * return {@code false}.
 */
public final class ResilientLoop implements Runnable {

  /** A step that is repeated. */
  @FunctionalInterface
  public interface Step {

    /**
     * Performs the step once, including the pause before the next one.
     *
     * @return {@code true} if another step follows
     * @throws Exception any exception; another step follows
     */
    boolean run() throws Exception;
  }

  private final Step step;
  private final long pauseNanos;
  private final Consumer<Throwable> onFailure;

  /**
   * Creates a loop.
   *
   * @param step the step to repeat
   * @param pause the pause after a step that failed
   * @param onFailure called with the first of several consecutive failures; what it throws is
   *     discarded
   */
  public ResilientLoop(Step step, Duration pause, Consumer<Throwable> onFailure) {
    this.step = step;
    this.pauseNanos = pause.toNanos();
    this.onFailure = onFailure;
  }

  /** Runs the loop until a step returns {@code false}. Called by the thread that it occupies. */
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
      // the loop matters more than the report
    }
  }
}
