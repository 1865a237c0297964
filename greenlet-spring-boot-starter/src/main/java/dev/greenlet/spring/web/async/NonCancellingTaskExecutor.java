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
 * An executor with the semantics that Spring MVC needs: each task is a child of the request that
 * submits it. Cancelling its futures ends no task, as Spring MVC cancels while it still produces a
 * result of its own, which the end of the task would preempt. A task whose greenlet is killed
 * before it begins runs nevertheless, in another killed greenlet, as it has to notify Spring MVC of
 * its end. Thread-safe.
 *
 * @param runtime the runtime of the greenlets
 * @param options supplies the options of a greenlet, on the calling thread
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
      Callable<T> task, Callable<?> ifNeverBegun) {
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
              spawn(ifNeverBegun, ifNeverBegun);
            } catch (TaskRejectedException closed) {
              // then the container ends the request when it stops
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
      Greenlets.current().kill("killed before it began");
    } catch (GreenletExit delivered) {
      return task.call();
    }
    throw new AssertionError("a kill of the current greenlet is delivered at once");
  }
}
