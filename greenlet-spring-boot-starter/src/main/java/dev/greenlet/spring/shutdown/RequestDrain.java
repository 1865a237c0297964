package dev.greenlet.spring.shutdown;

import dev.greenlet.spring.web.ContainerTasks;
import java.time.Duration;

/**
 * The second step of the stop: waits until the active requests have ended, while the container can
 * still send their responses; requests that are killed when the drain is over included.
 *
 * <p>Called by the thread that stops the context; waits no longer than the budget.
 */
public final class RequestDrain extends StopPhase {
  private final ContainerTasks tasks;
  private final StopBudget budget;
  private final RequestKill kill;

  /**
   * Creates the step.
   *
   * @param tasks the tasks that the container has accepted
   * @param budget the time for the stop
   * @param kill kills requests that exceed the budget; ends with this step
   */
  public RequestDrain(ContainerTasks tasks, StopBudget budget, RequestKill kill) {
    super(BEFORE_THE_CONTAINER_STOPS);
    this.tasks = tasks;
    this.budget = budget;
    this.kill = kill;
  }

  @Override
  void await() throws InterruptedException {
    try {
      Duration left = budget.drainLeft().plus(budget.graceLeft());
      tasks.awaitNone(left);
    } finally {
      kill.end();
    }
  }
}
