package dev.greenlet.sync;

import dev.greenlet.loop.SpinLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Mutual exclusion for one or several {@linkplain WaitQueue queues} and the state that decides
 * whether callers must wait in them. An SPI for implementations of synchronizers, with {@link
 * WaitQueue}. Waiters that are granted under the guard are woken, in that order, when it is
 * released.
 *
 * <p>The guard spins and never parks, so taking it is not a switch point, and neither a kill nor an
 * interrupt affects it. Under the guard the holder executes a handful of instructions: it does not
 * wait, take another guard or a lock of the JDK, format a message or call foreign code. Not
 * reentrant. {@linkplain dev.greenlet.sync Any thread} may take it.
 */
public final class WaitGuard {
  private final SpinLock spin = new SpinLock();
  private @Nullable WaitNode<?> firstGranted; // guarded, as the next
  private @Nullable WaitNode<?> lastGranted;

  /** Creates a free guard. */
  public WaitGuard() {}

  /** Takes the guard. Any thread. */
  public void lock() {
    spin.lock();
  }

  /** Releases the guard and wakes the granted waiters. The holder only. */
  public void unlock() {
    WaitNode.wakeAll(release());
  }

  /**
   * Runs an action under the guard. Any thread.
   *
   * @param action the action
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
   * Calls a supplier under the guard. Any thread.
   *
   * @param supplier the supplier
   * @param <R> the type of its result
   * @return its result
   */
  public <R extends @Nullable Object> R call(Supplier<R> supplier) {
    lock();
    try {
      return supplier.get();
    } finally {
      unlock();
    }
  }

  /** Releases the guard. Returns the first of the waiters that the caller must wake. */
  @Nullable WaitNode<?> release() {
    WaitNode<?> granted = firstGranted;
    firstGranted = null;
    lastGranted = null;
    spin.unlock();
    return granted;
  }

  /** Wakes the owner of a claimed node when the guard is released. Under the guard. */
  void wakeLater(WaitNode<?> claimed) {
    if (lastGranted == null) {
      firstGranted = claimed;
    } else {
      lastGranted.nextToWake = claimed;
    }
    lastGranted = claimed;
  }
}
