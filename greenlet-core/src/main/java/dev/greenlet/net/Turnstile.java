package dev.greenlet.net;

import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets greenlets and threads pass one at a time, in the order in which they came, whatever kills
 * and interrupts come: those are kept. Not reentrant. Thread-safe.
 */
final class Turnstile {
  private final AtomicInteger inside = new AtomicInteger(); // and in line
  private final ConcurrentLinkedQueue<Waiter> line = new ConcurrentLinkedQueue<>();

  void enter(WaitReason reason) {
    if (inside.getAndIncrement() == 0) {
      return;
    }
    Waiter waiter = Waiter.ofCurrent();
    waiter.claim(); // so that nothing ends the wait but its turn
    line.add(waiter);
    waiter.awaitUninterruptibly(reason);
  }

  void leave() {
    if (inside.decrementAndGet() == 0) {
      return;
    }
    Waiter next = line.poll();
    while (next == null) { // it has counted itself and is about to stand in line
      Thread.onSpinWait();
      next = line.poll();
    }
    next.wake();
  }
}
