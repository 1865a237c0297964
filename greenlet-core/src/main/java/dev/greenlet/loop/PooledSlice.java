package dev.greenlet.loop;

import dev.greenlet.fiber.Fiber;
import dev.greenlet.fiber.FiberScheduler;
import java.util.concurrent.RecursiveAction;

/** A fiber in the queue of a pool, for one slice on the lane whose carriers the pool has. */
@SuppressWarnings("serial") // is never written
final class PooledSlice extends RecursiveAction {
  private final Fiber fiber;
  private final FiberScheduler lane;

  PooledSlice(Fiber fiber, FiberScheduler lane) {
    this.fiber = fiber;
    this.lane = lane;
  }

  @Override
  protected void compute() {
    boolean _ = fiber.runSlice(lane);
    if (Thread.currentThread() instanceof CarrierPool.Carrier carrier) {
      carrier.countSlice();
    }
  }
}
