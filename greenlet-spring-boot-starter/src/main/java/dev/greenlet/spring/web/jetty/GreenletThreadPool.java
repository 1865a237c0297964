package dev.greenlet.spring.web.jetty;

import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Platform threads for acceptors and selectors, and greenlets for whatever may block. Jetty asks
 * for the latter itself but in one case: a connection whose last request was completed by somebody
 * else goes on as a task of the pool, with the next request in it.
 */
final class GreenletThreadPool extends QueuedThreadPool {
  private final Executor greenlets;

  GreenletThreadPool(Executor greenlets) {
    this.greenlets = greenlets;
    setName("jetty");
    setVirtualThreadsExecutor(greenlets);
    setReservedThreads(0); // with some, a selector's thread would run a request and let them select
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
