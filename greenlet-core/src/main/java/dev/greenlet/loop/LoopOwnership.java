package dev.greenlet.loop;

import dev.greenlet.fiber.Fiber;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The carrier that runs a loop and the fiber whose slice it runs, and the hand-over of the loop to
 * another carrier while the present one waits with a fiber mounted.
 */
final class LoopOwnership {
  private static final VarHandle CURRENT;
  private static final VarHandle ENTRIES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      CURRENT = lookup.findVarHandle(LoopOwnership.class, "current", Fiber.class);
      ENTRIES = lookup.findVarHandle(LoopOwnership.class, "entries", long.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private final Supplier<Thread> spares;
  private final Object handOver = new Object(); // guards a change of the owner
  private final Map<Fiber, Thread> lent =
      new HashMap<>(); // and their carriers; guarded by handOver

  private volatile Thread owner; // the carrier that runs the loop
  private volatile @Nullable Fiber current;
  private volatile long entries; // in the ready queue that were taken, each with or without a slice

  /** Creates the ownership of a first carrier. The supplier creates others, unstarted. */
  LoopOwnership(Thread first, Supplier<Thread> spares) {
    this.owner = first;
    this.spares = spares;
  }

  /** Returns the carrier that runs the loop. Any thread; outdated at once. */
  Thread carrier() {
    return owner;
  }

  /** Returns whether a carrier runs the loop. Of use to the carrier itself. */
  boolean isOf(Thread carrier) {
    return owner == carrier;
  }

  /** Returns the fiber of the running slice, or {@code null}. Any thread; outdated at once. */
  @Nullable Fiber current() {
    return current;
  }

  /** Returns how many entries of the ready queue are over. Any thread. */
  long entries() {
    return entries;
  }

  // --- slices: the carrier ----------------------------------------------------------------------

  /** A release write will do: the fiber itself and the carrier see their own, others may lag. */
  void begin(Fiber fiber) {
    CURRENT.setRelease(this, fiber);
  }

  /** Ends the slice. Returns whether the carrier still runs the loop. */
  boolean end(Fiber fiber, Thread carrier) {
    boolean still = endCurrent(fiber, carrier) || isStillOwner(carrier, fiber);
    if (still) {
      countEntry();
    }
    return still;
  }

  /**
   * Ends the current slice by the step with which a lender takes it: one of the two does. A carrier
   * that was replaced must not ask, since its fiber may be the current one again elsewhere.
   */
  private boolean endCurrent(Fiber fiber, Thread carrier) {
    return owner == carrier && CURRENT.compareAndSet(this, fiber, null);
  }

  /**
   * Returns whether a carrier that ended a slice still runs the loop, which may be in the making.
   */
  private boolean isStillOwner(Thread carrier, Fiber fiber) {
    synchronized (handOver) {
      if (owner == carrier) {
        current = null;
        return true;
      }
      lent.remove(fiber, carrier);
      return false;
    }
  }

  private void countEntry() {
    ENTRIES.setRelease(this, entries + 1);
  }

  // --- the hand-over ----------------------------------------------------------------------------

  /**
   * Lets another carrier run the loop while the present one waits with a fiber mounted. The
   * monitor's thread only. Returns whether another carrier runs the loop now.
   *
   * <p>The change is made first and undone if the carrier no longer waits. A thread that stops
   * waiting changes its state before it looks at what is changed here, and this looks at its state
   * afterwards: one of the two sees the other. A carrier that sleeps because nothing is ready has
   * counted the end of its slice before.
   */
  boolean replaceCarrier(Fiber fiber, BooleanSupplier stillWaits) {
    synchronized (handOver) {
      Thread waiting = owner;
      Thread spare = spares.get();
      if (!CURRENT.compareAndSet(this, fiber, null)) {
        return false; // the slice has ended
      }
      owner = spare;
      if (!stillWaits.getAsBoolean()) {
        owner = waiting;
        current = fiber;
        LockSupport.unpark(waiting);
        LockSupport.unpark(fiber.thread());
        return false;
      }
      lent.put(fiber, waiting);
      countEntry();
      spare.start();
      return true;
    }
  }

  /** Gives the loop back to a fiber, and to the carrier that it occupies. The carrier. */
  void giveBack(Fiber fiber) {
    synchronized (handOver) {
      Thread carrier = lent.remove(fiber);
      if (carrier == null) {
        return; // the change of the owner was undone
      }
      countEntry();
      current = fiber;
      owner = carrier;
    }
    LockSupport.unpark(fiber.thread());
  }

  /**
   * Returns how many threads the loop has: the owner, and one for each fiber that waits on a
   * carrier which it occupies. Any thread.
   */
  int carriers() {
    synchronized (handOver) {
      return 1 + lent.size();
    }
  }
}
