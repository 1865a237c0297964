package dev.greenlet.spring.web.async;

import dev.greenlet.GreenletExit;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.RuntimeClosedException;
import dev.greenlet.SpawnOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;

/**
 * An executor as Spring MVC needs it: each task is a child of the request that submits it. To
 * cancel its futures ends no task: Spring MVC does so while it still looks for a result of its own,
 * which the task's end would forestall. And a task whose greenlet is killed before it has begun
 * runs all the same, in one that has been killed: it notifies Spring MVC of its end.
 *
 * @param runtime where the greenlets live
 * @param options how the calling thread spawns one
 */
record NonCancellingTaskExecutor(GreenletRuntime runtime, Supplier<SpawnOptions> options)
    implements AsyncTaskExecutor {

  @Override
  public void execute(Runnable task) {
    spawn(Executors.callable(task));
  }

  @Override
  public Future<?> submit(Runnable task) {
    return submit(Executors.callable(task));
  }

  @Override
  public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
    return spawn(task, () -> callAsKilled(task)).toCompletableFuture();
  }

  private <T extends @Nullable Object> GreenletTask<T> spawn(
      Callable<T> task, Callable<?> ifItNeverBegins) {
    AtomicBoolean begun = new AtomicBoolean();
    GreenletTask<T> greenlet =
        spawn(
            () -> {
              begun.set(true);
              return task.call();
            });
    greenlet.onEnd(
        () -> {
          if (!begun.get()) {
            try {
              spawn(ifItNeverBegins, ifItNeverBegins);
            } catch (TaskRejectedException closed) {
              // then the container ends the request, when it stops
            }
          }
        });
    return greenlet;
  }

  private <T extends @Nullable Object> GreenletTask<T> spawn(Callable<T> task) {
    try {
      return runtime.spawn(options.get(), task);
    } catch (RuntimeClosedException closed) {
      throw new TaskRejectedException(String.valueOf(closed.getMessage()), closed);
    }
  }

  private static <T extends @Nullable Object> T callAsKilled(Callable<T> task) throws Exception {
    try {
      Greenlets.current().kill("told to end before it began");
    } catch (GreenletExit delivered) {
      return task.call();
    }
    throw new AssertionError("a kill of oneself is delivered at once");
  }
}
