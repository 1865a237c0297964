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

/**
 * The greenlets that stand for requests while these are asynchronous, and no task of the container
 * does. Thread-safe.
 */
public final class StandIns {
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

  /** Hands a request over to a greenlet of its own, with what the calling greenlet has spawned. */
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
      lifetime.lifecycle().handOver(greenlet);
    } catch (RuntimeClosedException closed) {
      // then the children end with the runtime
    }
  }
}
