package dev.greenlet.spring.web.jetty;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.ContainerTasks;
import dev.greenlet.spring.web.RequestExecutor;
import dev.greenlet.spring.web.lane.LaneGuesses;
import java.io.Closeable;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * The executor of Jetty's tasks. A connection of Jetty has a single task that reads from it, so the
 * task identifies the connection; it is {@link Closeable}, as opposed to tasks that run once.
 * Thread-safe.
 */
final class JettyRequestExecutor extends RequestExecutor {

  JettyRequestExecutor(GreenletRuntime runtime, LaneGuesses guesses, ContainerTasks tasks) {
    super(runtime, guesses, tasks);
  }

  @Override
  protected @Nullable Object connectionOf(Runnable task) {
    return task instanceof Invocable.Task && task instanceof Closeable ? task : null;
  }
}
