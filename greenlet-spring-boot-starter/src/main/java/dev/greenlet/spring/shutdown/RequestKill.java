package dev.greenlet.spring.shutdown;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.RequestExecutor;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Kills the requests that have not ended when the drain of the budget is over. It runs beside the
 * steps of the stop: the container waits for its requests for a time of its own, and ends that wait
 * when they have been answered. When the whole budget is spent and the container still waits, it is
 * stopped. Thread-safe.
 */
public final class RequestKill {
  private static final Log logger = LogFactory.getLog(RequestKill.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final GreenletRuntime runtime;
  private final ContainerTasks tasks;
  private final StopBudget budget;
  private final Runnable stopContainer;
  private volatile CountDownLatch over = new CountDownLatch(1);

  /**
   * Creates the kill.
   *
   * @param runtime where the requests live
   * @param tasks what the container has accepted
   * @param budget how long they may take
   * @param stopContainer stops the container at once
   */
  public RequestKill(
      GreenletRuntime runtime, ContainerTasks tasks, StopBudget budget, Runnable stopContainer) {
    this.runtime = runtime;
    this.tasks = tasks;
    this.budget = budget;
    this.stopContainer = stopContainer;
  }

  /** Begins the budget, and waits for the end of its drain on a thread of its own. */
  void begin() {
    budget.begin();
    over = new CountDownLatch(1);
    Thread.ofPlatform().daemon().name("greenlet-stop").start(this::run);
  }

  /** Ends the thread: no request lives, or the container is about to stop. */
  void end() {
    over.countDown();
  }

  private void run() {
    try {
      if (isOverWithin(budget.drainLeft())) {
        return;
      }
      if (tasks.live() > 0) {
        logger.warn(
            "%d requests had not ended within %s and are killed. See 'greenlet.shutdown.drain'"
                .formatted(tasks.live(), budget.drain()));
      }
      Set<GreenletTask<?>> killed = new HashSet<>();
      do {
        kill(killed); // those too that were in the queue of a lane and come to their handler now
      } while (!budget.graceLeft().isZero() && !isOverWithin(LOOK_EVERY));
      if (!isOverWithin(Duration.ZERO)) {
        stopContainer.run();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOverWithin(Duration time) throws InterruptedException {
    return over.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void kill(Set<GreenletTask<?>> killed) {
    runtime.live().stream()
        .filter(greenlet -> greenlet.kind().equals(RequestExecutor.KIND))
        .filter(killed::add)
        .forEach(RuntimeStop::kill);
  }
}
