package dev.greenlet.spring.web.tomcat;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.RequestExecutor;
import dev.greenlet.spring.web.lane.LaneGuesses;
import org.apache.tomcat.util.threads.ResizableExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The executor of a Tomcat connector. It is a {@code ResizableExecutor} so that the meters {@code
 * tomcat.threads.*} report the number of live greenlets instead of -1; it cannot be resized.
 * Thread-safe.
 */
final class TomcatRequestExecutor extends RequestExecutor implements ResizableExecutor {

  TomcatRequestExecutor(GreenletRuntime runtime, LaneGuesses guesses, ContainerTasks tasks) {
    super(runtime, guesses, tasks);
  }

  @Override
  protected @Nullable Object connectionOf(Runnable task) {
    return task instanceof ConnectionTask serving ? serving.connection() : null;
  }

  @Override
  public int getPoolSize() {
    return live();
  }

  @Override
  public int getMaxThreads() {
    return -1; // unlimited
  }

  @Override
  public int getActiveCount() {
    return live();
  }

  @Override
  public boolean resizePool(int corePoolSize, int maximumPoolSize) {
    return false;
  }

  @Override
  public boolean resizeQueue(int capacity) {
    return false;
  }
}
