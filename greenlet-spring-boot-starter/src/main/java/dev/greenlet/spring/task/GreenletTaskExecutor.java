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
 * Runs each task as a greenlet, on the lane of the greenlet that submits it, or else on the shared
 * lane. The task belongs to no other greenlet: if a request submits it, neither the end of the
 * request nor its time limit, a kill or a disconnect of the client ends the task. It has the
 * context of the thread that submits it, as far as the runtime carries one. There is no limit and
 * no queue. To cancel a future is to kill the greenlet. The runtime logs a failure that is not
 * asked for.
 *
 * <p>Thread-safe. It owns nothing. When the application stops, its tasks may end by themselves as
 * long as requests may, and are killed then.
 */
public final class GreenletTaskExecutor implements AsyncTaskExecutor {
  /** The kind of the greenlets that are tasks of an executor. */
  public static final String KIND = "executor-task";

  private static final SpawnOptions OPTIONS = SpawnOptions.defaults().withKind(KIND);

  private final GreenletRuntime runtime;

  /**
   * Creates an executor.
   *
   * @param runtime where the greenlets live
   */
  public GreenletTaskExecutor(GreenletRuntime runtime) {
    this.runtime = runtime;
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
      return runtime.spawnDetached(OPTIONS, task);
    } catch (RuntimeClosedException closed) {
      throw new TaskRejectedException(String.valueOf(closed.getMessage()), closed);
    }
  }
}
