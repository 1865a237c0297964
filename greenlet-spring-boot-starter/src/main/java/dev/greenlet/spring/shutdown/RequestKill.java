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
 * Kills the requests that have not ended when the drain of the budget is over. It runs on a thread
 * of its own, in parallel with the steps of the stop: the container waits for its requests with a
 * timeout of its own, and stops waiting when they have been answered. When the whole budget is used
 * up and the container still waits, the container is stopped.
 *
 * <p>Thread-safe. No method waits.
 */
public final class RequestKill {
  private static final Log logger = LogFactory.getLog(RequestKill.class);
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(50);

  private final GreenletRuntime runtime;
  private final ContainerTasks tasks;
  private final StopBudget budget;
  private final Runnable stopContainer;
  private volatile CountDownLatch over = new CountDownLatch(1);

  /**
   * Creates the kill; starts no thread.
   *
   * @param runtime the runtime of the requests
   * @param tasks the tasks that the container has accepted
   * @param budget the time for the stop
   * @param stopContainer stops the container at once; called by the thread of the kill
   */
  public RequestKill(
      GreenletRuntime runtime, ContainerTasks tasks, StopBudget budget, Runnable stopContainer) {
    this.runtime = runtime;
    this.tasks = tasks;
    this.budget = budget;
    this.stopContainer = stopContainer;
  }

  /** Starts the budget, and the thread that waits for the end of its drain. */
  void begin() {
    budget.begin();
    over = new CountDownLatch(1);
    Thread.ofPlatform().daemon().name("greenlet-stop").start(this::run);
  }

  /** Ends the thread: no request is active, or the container is about to stop. */
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
        kill(killed); // including requests that leave the queue of a lane only now
      } while (!budget.graceLeft().isZero() && !isOverWithin(CHECK_INTERVAL));
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
