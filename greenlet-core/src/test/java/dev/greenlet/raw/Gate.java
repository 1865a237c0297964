package dev.greenlet.raw;

import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Closed until opened, for threads and greenlets alike. */
final class Gate {
  private static final WaitReason REASON = new WaitReason("gate", "in a test");
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(15);

  private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
  private volatile boolean open;

  void open() {
    open = true;
    waiters.forEach(Waiter::wake);
  }

  boolean isOpen() {
    return open;
  }

  void pass() throws InterruptedException {
    Waiter waiter = Waiter.ofCurrent();
    waiters.add(waiter);
    if (!open && !waiter.await(REASON, PATIENCE)) {
      throw new AssertionError("the gate was not opened");
    }
  }
}
