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
 * The last step of the stop, after the container: waits for the tasks of {@code
 * greenletTaskExecutor} and the executions of schedules within the drain of the budget, then kills
 * all live greenlets, and logs those that do not end within the grace, with what they wait for. The
 * runtime closes with the context.
 *
 * <p>Called by the thread that stops the context; waits no longer than the budget, except that
 * killed greenlets have at least 100 ms.
 */
public final class RuntimeStop extends StopPhase implements DisposableBean {
  private static final Log logger = LogFactory.getLog(RuntimeStop.class);
  private static final long CHECK_INTERVAL_MILLIS = 20;
  private static final int SILENT_CHECKS = 5;
  private static final Set<String> TASKS =
      Set.of(GreenletTaskExecutor.KIND, GreenletTaskScheduler.KIND);
  private static final Duration LEAST_GRACE = Duration.ofMillis(100);

  private final GreenletRuntime runtime;
  private final StopBudget budget;

  /**
   * Creates the step.
   *
   * @param runtime the runtime to stop
   * @param budget the time for the stop
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
    Collection<? extends GreenletTask<?>> live = runtime.live();
    if (live.isEmpty()) {
      return;
    }
    logger.info("Killing %d live greenlets".formatted(live.size()));
    live.forEach(RuntimeStop::kill);
    Duration grace = grace();
    if (!runtime.awaitQuiescence(grace)) {
      warn(_ -> true, "has not ended within %s of being killed".formatted(grace));
    }
  }

  private Duration grace() {
    Duration left = budget.graceLeft();
    return left.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : left;
  }

  /** Waits for submitted tasks, and for executions of schedules in progress. */
  private void awaitTasks() throws InterruptedException {
    for (int check = 0; tasks() > 0 && !budget.drainLeft().isZero(); check++) {
      if (check == SILENT_CHECKS) {
        logger.info(
            "Waiting for %d tasks of 'greenletTaskExecutor' and schedules".formatted(tasks()));
      }
      Thread.sleep(CHECK_INTERVAL_MILLIS);
    }
    warn(TASKS::contains, "had not ended within %s and is killed".formatted(budget.drain()));
  }

  private long tasks() {
    return runtime.live().stream().filter(RuntimeStop::isTask).count();
  }

  private static boolean isTask(GreenletTask<?> greenlet) {
    return TASKS.contains(greenlet.kind());
  }

  /** Closes the runtime; greenlets that the last step has killed get no further time. */
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
