package dev.greenlet.spring.task;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;

/**
 * Runs each task as a greenlet: a child of the one that brings it and on its lane, or on the shared
 * lane if no greenlet brings it. There is no limit and no queue. To cancel a future is to kill the
 * greenlet. A failure that nobody asks the future for is told by the runtime.
 *
 * <p>Thread-safe. It owns nothing; tasks end with the runtime.
 */
public final class GreenletTaskExecutor implements AsyncTaskExecutor {
  private final GreenletRuntime runtime;
  private final Supplier<SpawnOptions> options;

  /**
   * Creates an executor.
   *
   * @param runtime where the greenlets live
   * @param options how they are spawned; asked by whoever brings a task
   */
  public GreenletTaskExecutor(GreenletRuntime runtime, Supplier<SpawnOptions> options) {
    this.runtime = runtime;
    this.options = options;
  }

  /**
   * Spawns a greenlet. Any thread; does not block.
   *
   * @throws TaskRejectedException if the runtime is closed
   */
  @Override
  public void execute(Runnable task) {
    submit(task);
  }

  /**
   * Spawns a greenlet. Any thread; does not block.
   *
   * @throws TaskRejectedException if the runtime is closed
   */
  @Override
  public Future<?> submit(Runnable task) {
    return spawn(
        () -> {
          task.run();
          return null;
        });
  }

  /**
   * Spawns a greenlet. Any thread; does not block.
   *
   * @throws TaskRejectedException if the runtime is closed
   */
  @Override
  public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
    return spawn(task);
  }

  /**
   * Spawns a greenlet. Any thread; does not block.
   *
   * @param task what it runs
   * @param <T> the type of the result
   * @return the greenlet
   * @throws TaskRejectedException if the runtime is closed
   */
  public <T extends @Nullable Object> GreenletTask<T> spawn(Callable<T> task) {
    try {
      return runtime.spawn(options.get(), task);
    } catch (RuntimeClosedException closed) {
      throw new TaskRejectedException(String.valueOf(closed.getMessage()), closed);
    }
  }
}
