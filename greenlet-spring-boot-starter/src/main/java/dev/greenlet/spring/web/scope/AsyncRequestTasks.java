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
 * Spawns the greenlets that represent requests while these are asynchronous and have no task of the
 * container. Thread-safe.
 */
public final class AsyncRequestTasks {
  private final GreenletRuntime runtime;
  private final ContainerTasks tasks;
  private final ChildPolicy childPolicy;

  /**
   * Creates an instance without requests.
   *
   * @param runtime the runtime of the greenlets
   * @param tasks counts the requests, which complete before the shutdown
   * @param childPolicy the policy for the greenlets that a request has spawned
   */
  public AsyncRequestTasks(GreenletRuntime runtime, ContainerTasks tasks, ChildPolicy childPolicy) {
    this.runtime = runtime;
    this.tasks = tasks;
    this.childPolicy = childPolicy;
  }

  /** Hands a request over to a new greenlet, with the children of the calling greenlet. */
  AsyncRequest begin(
      ServletRequest request, RequestLifetime lifetime, List<GreenletTask<?>> children) {
    AsyncRequest asyncRequest =
        new AsyncRequest(lifetime, new AsyncRequestTask(request, lifetime, children, childPolicy));
    try {
      GreenletTask<?> greenlet = asyncRequest.spawn(Greenlets.current().name());
      children.forEach(child -> Greenlets.reparent(child, greenlet));
    } catch (RuntimeClosedException closed) {
      // then the children end with the runtime
    }
    return asyncRequest;
  }

  /** An asynchronous request that was handed over. Thread-safe. */
  final class AsyncRequest {
    private final RequestLifetime lifetime;
    private final AsyncRequestTask asyncRequestTask;

    private AsyncRequest(RequestLifetime lifetime, AsyncRequestTask asyncRequestTask) {
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

    /** Causes the response by another greenlet if the first one was killed before it began. */
    private void endInAnother(String name) {
      lifetime.cancel(new Ending.Killed());
      try {
        spawn(name);
      } catch (RuntimeClosedException closed) {
        // then the container ends the request when it stops
      }
    }

    /** Cancels the request, unless it has been answered. */
    void cancel(Ending ending) {
      GreenletTask<?> greenlet = lifetime.lifecycle().greenlet();
      if (lifetime.cancel(ending) && greenlet != null) {
        greenlet.kill("its request was cancelled");
      }
    }
  }
}
