package dev.greenlet.spring.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Runs each task of a servlet container as a greenlet of kind {@code request}. It starts on the
 * shared lane, for the request line is read inside the task: only the handler's {@code @Greenlet}
 * says where to go on.
 *
 * <p>Thread-safe. It owns nothing: shutting it down refuses new tasks and leaves the runtime alone.
 */
public class RequestExecutor extends AbstractExecutorService {
  /** The kind of the greenlets that handle requests. */
  public static final String KIND = "request";

  private final GreenletRuntime runtime;
  private final SpawnOptions options;
  private volatile boolean shutDown;

  /**
   * Creates an executor.
   *
   * @param runtime where the greenlets live
   */
  public RequestExecutor(GreenletRuntime runtime) {
    this.runtime = runtime;
    this.options = SpawnOptions.named("connection").withKind(KIND).on(runtime.sharedLane());
  }

  /**
   * Spawns a greenlet for a task. Any thread; does not block.
   *
   * @throws RejectedExecutionException if the executor or the runtime is closed
   */
  @Override
  public void execute(Runnable task) {
    if (shutDown) {
      throw new RejectedExecutionException("The request executor of " + runtime + " is shut down");
    }
    try {
      runtime.spawn(
          options,
          () -> {
            task.run();
            return null;
          });
    } catch (RuntimeClosedException closed) {
      throw new RejectedExecutionException(closed.getMessage(), closed);
    }
  }

  /**
   * How many requests live.
   *
   * @return the number of unfinished greenlets
   */
  protected final int live() {
    return runtime.live().size();
  }

  @Override
  public void shutdown() {
    shutDown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutDown = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return shutDown;
  }

  @Override
  public boolean isTerminated() {
    return shutDown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutDown;
  }
}
