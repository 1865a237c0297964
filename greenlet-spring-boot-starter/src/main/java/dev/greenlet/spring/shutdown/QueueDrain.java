package dev.greenlet.spring.shutdown;

import dev.greenlet.spring.web.ContainerTasks;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The first step of the stop: waits until all tasks that the container has accepted are read, so
 * that the container knows them as requests and waits for them itself. It would answer a task that
 * is still queued on a lane with 503, or not at all.
 *
 * <p>Called by the thread that stops the context; waits no longer than the drain of the budget.
 */
public final class QueueDrain extends StopPhase {
  private static final Log logger = LogFactory.getLog(QueueDrain.class);

  private final ContainerTasks tasks;
  private final StopBudget budget;
  private final RequestKill kill;

  /**
   * Creates the step.
   *
   * @param tasks the tasks that the container has accepted
   * @param budget the time for the stop
   * @param kill kills requests that exceed the budget, in this step and in those that follow
   */
  public QueueDrain(ContainerTasks tasks, StopBudget budget, RequestKill kill) {
    super(BEFORE_THE_CONTAINER_PAUSES);
    this.tasks = tasks;
    this.budget = budget;
    this.kill = kill;
  }

  @Override
  void await() throws InterruptedException {
    kill.begin();
    int unread = tasks.unread();
    if (unread == 0 || budget.drain().isZero()) {
      return;
    }
    logger.info("Waiting for %d accepted requests that have not begun".formatted(unread));
    if (!tasks.awaitRead(budget.drainLeft())) {
      logger.warn(
          "%d accepted requests had not begun within %s: they may be rejected. See 'greenlet.shutdown.drain'"
              .formatted(tasks.unread(), budget.drain()));
    }
  }
}
