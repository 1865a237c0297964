package dev.greenlet.fiber;

import java.util.function.BooleanSupplier;

/** A lane, as an engine sees it: runs the slices of the fibers whose home it is. */
public interface FiberScheduler {

  /**
   * Queues a fiber whose next slice may run. Called by any thread: platform threads, pollers, the
   * JDK's unparker and unblocker, other carriers, fibers. So it is lock-free, allocates little,
   * logs nothing, runs nothing inline, starts no thread and never throws: an exception here would
   * kill a poller or hang every contended monitor of the JVM.
   *
   * @param fiber the fiber, which is queued at most once at a time
   */
  void ready(Fiber fiber);

  /**
   * Returns whether no two fibers of this lane may run at once.
   *
   * @return {@code true} for a hub, {@code false} for the shared lane
   */
  boolean exclusive();

  /**
   * Returns whether a fiber that runs on this lane holds it. A fiber whose wait occupied the
   * carrier may have lost the lane meanwhile. The fiber itself; cheap.
   *
   * @param fiber the calling fiber
   * @return {@code false} if the lane was lent to other fibers and was not taken back
   */
  default boolean isHeldBy(Fiber fiber) {
    return true;
  }

  /**
   * Requests the lane that was lent, on behalf of a fiber that cannot leave its carrier. When the
   * fiber holds it, its thread is unparked. The fiber itself.
   *
   * @param fiber the calling fiber
   */
  default void reclaim(Fiber fiber) {
    // is never lent
  }

  /**
   * Lends the lane to its other fibers while the carrier waits with a fiber mounted: another
   * carrier then runs the lane. One caller at a time, on a thread of its own.
   *
   * @param fiber the fiber
   * @param stillWaits returns whether it still waits; called at a point from which on it notices
   *     that the lane was lent
   * @return whether the lane was lent
   */
  default boolean replaceCarrier(Fiber fiber, BooleanSupplier stillWaits) {
    return false;
  }
}
