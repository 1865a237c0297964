package dev.greenlet.spring.task;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;

/**
 * A task executor that runs each task as a greenlet, on the lane of the greenlet that submits it,
 * or else on the shared lane. A task is not a child of the submitting greenlet: neither the end of
 * a request that submits it nor its timeout, its kill or the disconnect of its client ends the
 * task. The task has the context of the submitting thread, as far as the runtime captures one.
 * There is no limit and no queue. Cancelling a future kills its greenlet. The runtime logs a
 * failure that is not observed.
 *
 * <p>Thread-safe. It has no resources of its own to close. When the application stops, its tasks
 * have the same time as requests to end by themselves; then they are killed.
 */
public final class GreenletTaskExecutor implements AsyncTaskExecutor {
  /** The kind of the greenlets that are tasks of an executor. */
  public static final String KIND = "executor-task";

  private static final SpawnOptions OPTIONS = SpawnOptions.defaults().withKind(KIND);

  private final GreenletRuntime runtime;

  /**
   * Creates an executor.
   *
   * @param runtime the runtime of the greenlets
   */
  public GreenletTaskExecutor(GreenletRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * Runs a task as a greenlet. Any thread; does not block.
   *
   * @throws TaskRejectedException if the runtime is closed
   */
  @Override
  public void execute(Runnable task) {
    submit(task);
  }

  /**
   * Runs a task as a greenlet. Any thread; does not block.
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
   * Runs a task as a greenlet. Any thread; does not block.
   *
   * @throws TaskRejectedException if the runtime is closed
   */
  @Override
  public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
    return spawn(task);
  }

  /**
   * Runs a task as a greenlet, and returns the greenlet itself. Any thread; does not block.
   *
   * @param task the body of the greenlet
   * @param <T> the type of the result
   * @return the greenlet
   * @throws TaskRejectedException if the runtime is closed
   */
  public <T extends @Nullable Object> GreenletTask<T> spawn(Callable<T> task) {
    try {
      return runtime.spawnDetached(OPTIONS, task);
    } catch (RuntimeClosedException closed) {
      throw new TaskRejectedException(String.valueOf(closed.getMessage()), closed);
    }
  }
}
