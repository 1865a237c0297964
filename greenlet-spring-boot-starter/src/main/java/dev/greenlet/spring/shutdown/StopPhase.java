package dev.greenlet.spring.shutdown;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * One step of the stop: does nothing at the start. Steps with a higher phase come first. Not for a
 * pause: what pauses goes on with the greenlets it has.
 */
abstract class StopPhase implements SmartLifecycle {
  /** While the container still takes requests. */
  static final int BEFORE_THE_CONTAINER_PAUSES =
      WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 512;

  /** When the container takes no more requests, but can still answer. */
  static final int BEFORE_THE_CONTAINER_STOPS =
      WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE + 512;

  /** When there is no container any more. */
  static final int AFTER_THE_CONTAINER =
      WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 512;

  private final int phase;
  private volatile boolean running;

  StopPhase(int phase) {
    this.phase = phase;
  }

  /** What to do at the stop. An interrupt ends the waiting, and the stop goes on. */
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
