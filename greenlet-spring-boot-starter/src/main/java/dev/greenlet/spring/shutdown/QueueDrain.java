package dev.greenlet.spring.shutdown;

import dev.greenlet.spring.web.ContainerTasks;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The first step: what the container has accepted becomes known to it as requests, which it then
 * waits for itself. What still stands in the queue of a lane it would answer with 503, or not at
 * all.
 */
public final class QueueDrain extends StopPhase {
  private static final Log logger = LogFactory.getLog(QueueDrain.class);

  private final ContainerTasks tasks;
  private final StopBudget budget;
  private final RequestKill kill;

  /**
   * Creates the step.
   *
   * @param tasks what the container has accepted
   * @param budget how long the stop may last
   * @param kill kills what takes too long, in this step and in those that follow
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
          "%d accepted requests had not begun within %s: they may be refused. See 'greenlet.shutdown.drain'"
              .formatted(tasks.unread(), budget.drain()));
    }
  }
}
