package dev.greenlet.spring.web.async;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.AsyncTaskExecutor;

/**
 * An executor to cancel whose futures ends no task: Spring MVC does so while it still looks at the
 * task's result.
 *
 * @param executor who executes
 */
record DetachedFutures(AsyncTaskExecutor executor) implements AsyncTaskExecutor {

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  @Override
  public Future<?> submit(Runnable task) {
    return executor.submitCompletable(task);
  }

  @Override
  public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
    return executor.submitCompletable(task);
  }
}
