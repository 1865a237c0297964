package dev.greenlet.spring.web.jetty;

import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Platform threads for acceptors and selectors, and greenlets for tasks that may block. Jetty
 * distinguishes them except in one case: a connection whose last request was completed by another
 * thread continues as a task of the pool, with the next request in it. Thread-safe.
 */
final class GreenletThreadPool extends QueuedThreadPool {
  private final Executor greenlets;

  GreenletThreadPool(Executor greenlets) {
    this.greenlets = greenlets;
    setName("jetty");
    setVirtualThreadsExecutor(greenlets);
    setReservedThreads(0); // else the thread of a selector might run a request
  }

  @Override
  public void execute(Runnable task) {
    if (task instanceof Connection) {
      greenlets.execute(task);
    } else {
      super.execute(task);
    }
  }
}
