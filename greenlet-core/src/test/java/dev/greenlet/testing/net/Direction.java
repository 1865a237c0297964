package dev.greenlet.testing.net;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** The fault that one direction of all connections meets at present. */
final class Direction {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile Fault fault = new Fault.None();

  void meet(Fault next) {
    lock.lock();
    try {
      fault = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  Fault fault() {
    return fault;
  }

  /** Waits until another fault is in force, the time is up, or the connection is over. */
  void awaitOtherThan(Fault met, Duration atMost, BooleanSupplier over) {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (fault == met && left > 0 && !over.getAsBoolean()) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException nobodyDoes) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** A connection that may be waiting here is over. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
