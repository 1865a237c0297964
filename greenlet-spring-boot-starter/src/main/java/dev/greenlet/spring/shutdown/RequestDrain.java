package dev.greenlet.spring.shutdown;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.RequestExecutor;
import java.time.Duration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The second step: requests that are still at work end while the container can carry their answers.
 * Those that take too long are killed here, so that they can answer too.
 */
public final class RequestDrain extends StopPhase {
  private static final Log logger = LogFactory.getLog(RequestDrain.class);

  private final GreenletRuntime runtime;
  private final ContainerTasks tasks;
  private final Duration timeout;
  private final Duration grace;

  /**
   * Creates the step.
   *
   * @param runtime where the requests live
   * @param tasks what the container has accepted
   * @param timeout how long to wait for them to end
   * @param grace how long to wait for the killed
   */
  public RequestDrain(
      GreenletRuntime runtime, ContainerTasks tasks, Duration timeout, Duration grace) {
    super(BEFORE_THE_CONTAINER_STOPS);
    this.runtime = runtime;
    this.tasks = tasks;
    this.timeout = timeout;
    this.grace = grace;
  }

  @Override
  void await() throws InterruptedException {
    if (tasks.awaitNone(timeout)) {
      return;
    }
    logger.warn(
        "%d requests had not ended within %s and are killed. See 'greenlet.shutdown.drain'"
            .formatted(tasks.live(), timeout));
    runtime.live().stream().filter(RequestDrain::isRequest).forEach(RuntimeStop::kill);
    tasks.awaitNone(grace);
  }

  private static boolean isRequest(GreenletTask<?> greenlet) {
    return greenlet.kind().equals(RequestExecutor.KIND);
  }
}
