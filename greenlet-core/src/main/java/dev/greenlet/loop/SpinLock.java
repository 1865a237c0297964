package dev.greenlet.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Mutual exclusion for a handful of instructions. It spins and never parks, so that a greenlet
 * which finds it taken keeps its hub: with a monitor or a {@code ReentrantLock} every contended
 * {@code offer} would be a switch point.
 *
 * <p>Between lock and unlock nobody waits, and so nobody calls foreign code, formats a message or
 * uses anything of the JDK that locks: a holder that lost its hub would leave the others of that
 * hub spinning for ever. Nobody takes a second guard, but for a select, which takes those of its
 * channels in their order. Not re-entrant.
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

  /** Creates a guard that nobody has taken. */
  public SpinLock() {}

  /** Takes the guard. Any thread. */
  public void lock() {
    for (int spins = 0; taken || !TAKEN.compareAndSet(this, false, true); spins++) {
      pause(spins);
    }
  }

  /** Gives the guard back. Who has taken it. */
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
