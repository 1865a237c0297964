package dev.greenlet.spring.shutdown;

import dev.greenlet.spring.web.ContainerTasks;
import java.time.Duration;

/**
 * The second step: requests that are still at work end while the container can carry their answers,
 * those included that are killed because the budget is spent.
 */
public final class RequestDrain extends StopPhase {
  private final ContainerTasks tasks;
  private final StopBudget budget;
  private final RequestKill kill;

  /**
   * Creates the step.
   *
   * @param tasks what the container has accepted
   * @param budget how long the stop may last
   * @param kill kills what takes too long
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
