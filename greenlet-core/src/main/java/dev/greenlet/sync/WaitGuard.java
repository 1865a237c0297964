package dev.greenlet.sync;

import dev.greenlet.loop.SpinLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Mutual exclusion for one or several {@linkplain WaitQueue queues} and the state that decides who
 * has to wait in them. Waiters that are granted something under the guard are woken when it is
 * given back, in that order. Part of the SPI of {@link WaitQueue}.
 *
 * <p>The guard spins and never parks, so taking it is no switch point. Under the guard the holder
 * does a handful of instructions: it does not wait, take another guard or a lock of the JDK, format
 * a message or call code that it does not know. Not reentrant.
 */
public final class WaitGuard {
  private final SpinLock spin = new SpinLock();
  private @Nullable WaitNode<?> firstGranted; // these are guarded
  private @Nullable WaitNode<?> lastGranted;

  /** Creates a guard that is free. */
  public WaitGuard() {}

  /** Takes the guard. Any thread. */
  public void lock() {
    spin.lock();
  }

  /** Gives the guard back, and wakes the waiters that were granted something. The holder only. */
  public void unlock() {
    WaitNode.wakeAll(release());
  }

  /**
   * Does something under the guard. Any thread.
   *
   * @param action what is done
   */
  public void run(Runnable action) {
    lock();
    try {
      action.run();
    } finally {
      unlock();
    }
  }

  /**
   * Finds something out, or decides it, under the guard. Any thread.
   *
   * @param question what is done
   * @param <R> what it returns
   * @return what it returns
   */
  public <R extends @Nullable Object> R call(Supplier<R> question) {
    lock();
    try {
      return question.get();
    } finally {
      unlock();
    }
  }

  /** Gives the guard back. Returns the first of the waiters that the caller must wake. */
  @Nullable WaitNode<?> release() {
    WaitNode<?> granted = firstGranted;
    firstGranted = null;
    lastGranted = null;
    spin.unlock();
    return granted;
  }

  /** Wakes the owner of a claimed node once the guard is given back. Under the guard. */
  void wakeLater(WaitNode<?> claimed) {
    if (lastGranted == null) {
      firstGranted = claimed;
    } else {
      lastGranted.nextToWake = claimed;
    }
    lastGranted = claimed;
  }
}
