package dev.greenlet.watchdog;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Hub;
import dev.greenlet.SpawnOptions;
import java.util.concurrent.CountDownLatch;

/** A greenlet that computes until it is stopped. */
final class BusyGreenlet {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final GreenletTask<Integer> task;
  private volatile boolean stopped;

  BusyGreenlet(GreenletRuntime runtime, Hub hub, String name) throws InterruptedException {
    task = runtime.spawn(SpawnOptions.named(name).on(hub), this::compute);
    begun.await();
  }

  private int compute() {
    begun.countDown();
    while (!stopped) {
      Thread.onSpinWait();
    }
    return 1;
  }

  long id() {
    return task.id();
  }

  /** Returns when its result is there; the slice may take a little longer. */
  void stop() throws Exception {
    stopped = true;
    task.get();
  }
}
