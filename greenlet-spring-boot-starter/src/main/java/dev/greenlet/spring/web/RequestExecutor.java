package dev.greenlet.spring.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

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
  private final LongAdder live = new LongAdder();
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
      runtime.spawn(options, () -> run(task));
    } catch (RuntimeClosedException closed) {
      throw new RejectedExecutionException(closed.getMessage(), closed);
    }
  }

  private @Nullable Void run(Runnable task) {
    live.increment();
    try {
      task.run();
    } finally {
      live.decrement();
    }
    return null;
  }

  /**
   * How many tasks of the container have begun and not ended.
   *
   * @return the number of tasks; may lag
   */
  protected final int live() {
    return live.intValue();
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
