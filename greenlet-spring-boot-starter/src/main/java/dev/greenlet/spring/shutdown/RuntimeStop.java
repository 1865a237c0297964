package dev.greenlet.spring.shutdown;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.WaitReason;
import dev.greenlet.inspect.GreenletSnapshot;
import dev.greenlet.inspect.Inspector;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.DisposableBean;

/**
 * The last step, when there is no container any more: what lives is killed, and who does not end in
 * time is told, each with its wait. The hubs end with the context.
 */
public final class RuntimeStop extends StopPhase implements DisposableBean {
  private static final Log logger = LogFactory.getLog(RuntimeStop.class);

  private final GreenletRuntime runtime;
  private final Duration grace;

  /**
   * Creates the step.
   *
   * @param runtime what stops
   * @param grace how long to wait for the killed
   */
  public RuntimeStop(GreenletRuntime runtime, Duration grace) {
    super(AFTER_THE_CONTAINER);
    this.runtime = runtime;
    this.grace = grace;
  }

  @Override
  void await() throws InterruptedException {
    Collection<? extends GreenletTask<?>> living = runtime.live();
    if (living.isEmpty()) {
      return;
    }
    logger.info("Killing %d greenlets that still live".formatted(living.size()));
    living.forEach(RuntimeStop::kill);
    if (!runtime.awaitQuiescence(grace)) {
      new Inspector(runtime)
          .forest().greenlets().stream()
              .flatMap(root -> root.subtree().stream())
              .forEach(straggler -> logger.warn(describe(straggler)));
    }
  }

  /** Whoever did not end in the last step has had its time. */
  @Override
  public void destroy() {
    runtime.close(runtime.live().isEmpty() ? grace : Duration.ZERO);
  }

  static void kill(GreenletTask<?> greenlet) {
    greenlet.kill("the application stops");
  }

  private String describe(GreenletSnapshot straggler) {
    WaitReason wait = straggler.waitingOn();
    return "Greenlet #%d '%s' [%s] has not ended within %s of being killed: %s%s on %s, %d ms old"
        .formatted(
            straggler.id(),
            straggler.name(),
            straggler.kind(),
            grace,
            straggler.state().name().toLowerCase(Locale.ROOT),
            wait == null ? "" : " (" + wait + ")",
            straggler.lane(),
            straggler.age().toMillis());
  }
}
