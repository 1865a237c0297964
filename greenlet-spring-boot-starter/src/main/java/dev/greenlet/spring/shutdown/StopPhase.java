package dev.greenlet.spring.shutdown;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * A step of the stop; does nothing at the start. Steps with a higher phase run first. A context
 * that pauses skips it: its greenlets continue when it resumes.
 *
 * <p>The thread that stops the context calls it. The lifecycle methods do not throw; an interrupt
 * ends the wait of the step, stays set, and the stop continues.
 */
abstract class StopPhase implements SmartLifecycle {
  /** The phase in which the container still accepts requests. */
  static final int BEFORE_THE_CONTAINER_PAUSES =
      WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 512;

  /** The phase in which the container accepts no more requests, but still sends responses. */
  static final int BEFORE_THE_CONTAINER_STOPS =
      WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE + 512;

  /** The phase after the container has stopped. */
  static final int AFTER_THE_CONTAINER =
      WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 512;

  private final int phase;
  private volatile boolean running;

  StopPhase(int phase) {
    this.phase = phase;
  }

  /**
   * Performs the step, and waits for it.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  abstract void await() throws InterruptedException;

  @Override
  public final void start() {
    running = true;
  }

  @Override
  public final void stop() {
    running = false;
    try {
      await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public final boolean isRunning() {
    return running;
  }

  @Override
  public final boolean isPauseable() {
    return false;
  }

  @Override
  public final int getPhase() {
    return phase;
  }
}
