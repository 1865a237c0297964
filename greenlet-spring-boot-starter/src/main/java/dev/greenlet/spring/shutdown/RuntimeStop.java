package dev.greenlet.spring.shutdown;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.WaitReason;
import dev.greenlet.inspect.GreenletSnapshot;
import dev.greenlet.inspect.Inspector;
import dev.greenlet.spring.task.GreenletTaskExecutor;
import dev.greenlet.spring.task.GreenletTaskScheduler;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.DisposableBean;

/**
 * The last step, when there is no container any more: the tasks of {@code greenletTaskExecutor} and
 * the executions of schedules end within the budget, then all that lives is killed, and what does
 * not end in time is logged with its wait. The hubs end with the context.
 */
public final class RuntimeStop extends StopPhase implements DisposableBean {
  private static final Log logger = LogFactory.getLog(RuntimeStop.class);
  private static final long LOOK_EVERY_MILLIS = 20;
  private static final int SILENT_LOOKS = 5;
  private static final Set<String> TASKS =
      Set.of(GreenletTaskExecutor.KIND, GreenletTaskScheduler.KIND);
  private static final Duration LEAST_GRACE = Duration.ofMillis(100);

  private final GreenletRuntime runtime;
  private final StopBudget budget;

  /**
   * Creates the step.
   *
   * @param runtime what stops
   * @param budget how long the stop may last
   */
  public RuntimeStop(GreenletRuntime runtime, StopBudget budget) {
    super(AFTER_THE_CONTAINER);
    this.runtime = runtime;
    this.budget = budget;
  }

  @Override
  void await() throws InterruptedException {
    budget.begin();
    try {
      endAll();
    } finally {
      budget.end();
    }
  }

  private void endAll() throws InterruptedException {
    awaitTasks();
    Collection<? extends GreenletTask<?>> living = runtime.live();
    if (living.isEmpty()) {
      return;
    }
    logger.info("Killing %d greenlets that still live".formatted(living.size()));
    living.forEach(RuntimeStop::kill);
    Duration grace = grace();
    if (!runtime.awaitQuiescence(grace)) {
      warn(_ -> true, "has not ended within %s of being killed".formatted(grace));
    }
  }

  private Duration grace() {
    Duration left = budget.graceLeft();
    return left.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : left;
  }

  /** Waits for the tasks that were submitted, and for executions of schedules in progress. */
  private void awaitTasks() throws InterruptedException {
    for (int look = 0; tasks() > 0 && !budget.drainLeft().isZero(); look++) {
      if (look == SILENT_LOOKS) {
        logger.info(
            "Waiting for %d tasks of 'greenletTaskExecutor' and schedules".formatted(tasks()));
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
    warn(TASKS::contains, "had not ended within %s and is killed".formatted(budget.drain()));
  }

  private long tasks() {
    return runtime.live().stream().filter(RuntimeStop::isTask).count();
  }

  private static boolean isTask(GreenletTask<?> greenlet) {
    return TASKS.contains(greenlet.kind());
  }

  /** What did not end in the last step has had its time. */
  @Override
  public void destroy() {
    runtime.close(runtime.live().isEmpty() ? budget.grace() : Duration.ZERO);
  }

  static void kill(GreenletTask<?> greenlet) {
    greenlet.kill("the application stops");
  }

  private void warn(Predicate<String> kinds, String what) {
    new Inspector(runtime)
        .forest().greenlets().stream()
            .flatMap(root -> root.subtree().stream())
            .filter(greenlet -> kinds.test(greenlet.kind()))
            .forEach(greenlet -> logger.warn(describe(greenlet, what)));
  }

  private static String describe(GreenletSnapshot greenlet, String what) {
    WaitReason wait = greenlet.waitingOn();
    return "Greenlet #%d '%s' [%s] %s: %s%s on %s, %d ms old"
        .formatted(
            greenlet.id(),
            greenlet.name(),
            greenlet.kind(),
            what,
            greenlet.state().name().toLowerCase(Locale.ROOT),
            wait == null ? "" : " (" + wait + ")",
            greenlet.lane(),
            greenlet.age().toMillis());
  }
}
