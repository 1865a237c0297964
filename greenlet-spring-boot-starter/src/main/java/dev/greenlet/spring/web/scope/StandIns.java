package dev.greenlet.spring.web.scope;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.RequestExecutor;
import jakarta.servlet.ServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The greenlets that stand for requests while these are asynchronous, and no task of the container
 * does. Thread-safe.
 */
public final class StandIns {
  private static final String ATTRIBUTE = StandIns.class.getName();

  private final GreenletRuntime runtime;
  private final ContainerTasks tasks;
  private final Children fate;

  /**
   * Creates the stand-ins.
   *
   * @param runtime where they live
   * @param tasks where requests count that are to be answered before the stop
   * @param fate what becomes of the greenlets that a request has spawned
   */
  public StandIns(GreenletRuntime runtime, ContainerTasks tasks, Children fate) {
    this.runtime = runtime;
    this.tasks = tasks;
    this.fate = fate;
  }

  /**
   * The greenlet that stands for a request.
   *
   * @param request a request that has gone asynchronous and come back to the filters
   * @return the greenlet, to kill which is to cut the request short, or {@code null}
   */
  public static @Nullable GreenletTask<?> of(ServletRequest request) {
    return (GreenletTask<?>) request.getAttribute(ATTRIBUTE);
  }

  /** Puts somebody in the place of the calling greenlet. What that has spawned goes over to it. */
  void begin(ServletRequest request, RequestLifetime lifetime, List<GreenletTask<?>> children) {
    StandIn standIn = new StandIn(request, lifetime, children, fate);
    SpawnOptions options =
        SpawnOptions.named(Greenlets.current().name())
            .withKind(RequestExecutor.KIND)
            .on(runtime.sharedLane());
    try {
      GreenletTask<?> greenlet = runtime.spawn(options, standIn);
      greenlet.onEnd(tasks.goOn()::end);
      children.forEach(child -> Greenlets.entrust(child, greenlet));
      request.setAttribute(ATTRIBUTE, greenlet);
    } catch (RuntimeClosedException closed) {
      // then the children end with the runtime
    }
  }
}
