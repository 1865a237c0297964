package dev.greenlet.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Mutual exclusion for a handful of instructions. It spins and never parks, so that a greenlet
 * which finds it taken keeps its hub: with a monitor or a {@code ReentrantLock} every contended
 * {@code offer} would be a switch point.
 *
 * <p>Between lock and unlock a holder does not wait, and so calls no foreign code, formats no
 * message and uses nothing of the JDK that locks: a holder that lost its hub would leave the others
 * of that hub spinning forever. A holder takes no second lock, except a select, which takes those
 * of its channels in their order. Not re-entrant.
 */
public final class SpinLock {
  private static final int SPINS_BEFORE_YIELD = 100;
  private static final VarHandle TAKEN;

  static {
    try {
      TAKEN = MethodHandles.lookup().findVarHandle(SpinLock.class, "taken", boolean.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private volatile boolean taken;

  /** Creates a lock that is free. */
  public SpinLock() {}

  /** Takes the lock; spins while it is taken. Any thread. */
  public void lock() {
    for (int spins = 0; taken || !TAKEN.compareAndSet(this, false, true); spins++) {
      pause(spins);
    }
  }

  /** Releases the lock. The holder. */
  public void unlock() {
    taken = false;
  }

  private static void pause(int spins) {
    // The holder may have lost its processor. A platform thread may help by giving up its own; to a
    // virtual thread the same call might mean giving up the hub.
    if (spins < SPINS_BEFORE_YIELD || Thread.currentThread().isVirtual()) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }
}
