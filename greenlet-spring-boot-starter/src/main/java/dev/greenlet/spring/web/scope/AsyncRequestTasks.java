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
public final class AsyncRequestTasks {
  private final GreenletRuntime runtime;
  private final ContainerTasks tasks;
  private final ChildPolicy childPolicy;

  /**
   * Creates the stand-ins.
   *
   * @param runtime where they live
   * @param tasks where requests count that are to be answered before the stop
   * @param childPolicy what becomes of the greenlets that a request has spawned
   */
  public AsyncRequestTasks(GreenletRuntime runtime, ContainerTasks tasks, ChildPolicy childPolicy) {
    this.runtime = runtime;
    this.tasks = tasks;
    this.childPolicy = childPolicy;
  }

  /** Hands a request over to a greenlet of its own, with what the calling greenlet has spawned. */
  Handed begin(ServletRequest request, RequestLifetime lifetime, List<GreenletTask<?>> children) {
    Handed handed =
        new Handed(lifetime, new AsyncRequestTask(request, lifetime, children, childPolicy));
    try {
      GreenletTask<?> greenlet = handed.spawn(Greenlets.current().name());
      children.forEach(child -> Greenlets.reparent(child, greenlet));
    } catch (RuntimeClosedException closed) {
      // then the children end with the runtime
    }
    return handed;
  }

  /** A request that was handed over. Thread-safe. */
  final class Handed {
    private final RequestLifetime lifetime;
    private final AsyncRequestTask asyncRequestTask;

    private Handed(RequestLifetime lifetime, AsyncRequestTask asyncRequestTask) {
      this.lifetime = lifetime;
      this.asyncRequestTask = asyncRequestTask;
    }

    private GreenletTask<?> spawn(String name) {
      SpawnOptions options =
          SpawnOptions.named(name).withKind(RequestExecutor.KIND).on(runtime.sharedLane());
      GreenletTask<?> greenlet = runtime.spawn(options, asyncRequestTask);
      ContainerTasks.Task counted = tasks.beginAsync();
      lifetime.lifecycle().handOver(greenlet);
      greenlet.onEnd(
          () -> {
            if (!asyncRequestTask.hasBegun()) {
              endInAnother(name);
            }
            counted.end();
          });
      return greenlet;
    }

    /** One that is killed before it has begun has the request answered all the same. */
    private void endInAnother(String name) {
      lifetime.cutShort(new Ending.Killed());
      try {
        spawn(name);
      } catch (RuntimeClosedException closed) {
        // then the container ends the request, when it stops
      }
    }

    /** Cuts the request short, if it has not been answered. */
    void cutShort(Ending ending) {
      GreenletTask<?> greenlet = lifetime.lifecycle().greenlet();
      if (lifetime.cutShort(ending) && greenlet != null) {
        greenlet.kill("its request was cut short");
      }
    }
  }
}
