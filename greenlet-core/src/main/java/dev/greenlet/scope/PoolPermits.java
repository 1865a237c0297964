package dev.greenlet.scope;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Strand;
import dev.greenlet.WaitReason;
import dev.greenlet.sync.WaitGuard;
import dev.greenlet.sync.WaitLimit;
import dev.greenlet.sync.WaitNode;
import dev.greenlet.sync.WaitQueue;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The places of a pool, assigned first in, first out. A place is first reserved and then held by a
 * greenlet. Thread-safe.
 */
final class PoolPermits {
  private final int size;
  private final WaitGuard guard = new WaitGuard();
  final WaitQueue<Void> queue;
  private final Set<GreenletTask<?>> holders = new HashSet<>(); // guarded
  private int reserved; // guarded

  PoolPermits(int size) {
    this.size = size;
    this.queue =
        new WaitQueue<>(
            guard, new WaitReason(WaitReason.ADMISSION, "a place in a pool of " + size));
  }

  /** Reserves a place if one is free and no caller waits for it. */
  boolean tryReserve() {
    return guard.call(() -> reserveNow());
  }

  private boolean reserveNow() {
    boolean free = queue.first() == null && freeNow() > 0;
    reserved += free ? 1 : 0;
    return free;
  }

  /**
   * Reserves a place, waiting for one if necessary. Returns {@code false} if the wait timed out.
   */
  boolean reserve(@Nullable Duration timeout) throws InterruptedException {
    WaitLimit limit = timeout == null ? WaitLimit.ENDLESS : WaitLimit.of(timeout);
    if (tryReserve()) {
      return true;
    }
    Set<GreenletTask<?>> lineage = new HashSet<>();
    addLineage(Greenlets.currentOrNull(), lineage);
    Set<GreenletTask<?>> nestedIn = Set.of();
    WaitNode<Void> own;
    guard.lock();
    try {
      if (reserveNow()) {
        return true;
      }
      own = queue.join(null);
      if (holders.size() == size && !Collections.disjoint(holders, lineage)) {
        nestedIn = new HashSet<>(holders);
      }
    } finally {
      guard.unlock();
    }
    if (!nestedIn.isEmpty() && areStuck(nestedIn) && queue.leave(own)) {
      throw nestedWait(own);
    }
    return queue.await(own, limit);
  }

  /**
   * Returns whether all holders are stuck. A holder is stuck if it, or a greenlet that it spawned,
   * waits for a place. Called only if the caller, or an ancestor of it, is a holder.
   */
  private boolean areStuck(Set<GreenletTask<?>> allHolders) {
    Set<GreenletTask<?>> stuck = new HashSet<>();
    for (Strand waiting : queue.waiters()) {
      addLineage(waiting.greenlet(), stuck);
    }
    return stuck.containsAll(allHolders);
  }

  private NestedPoolWaitException nestedWait(WaitNode<Void> own) {
    return new NestedPoolWaitException(
        ("%s waits for a place in a pool of %d from inside of it, and all %d places are held by"
                + " greenlets that wait for a place as well, themselves or by greenlets that they"
                + " spawned: make the pool larger, use another pool for the inner work, or call it"
                + " directly")
            .formatted(own.strand(), size, size));
  }

  private static void addLineage(@Nullable GreenletTask<?> greenlet, Set<GreenletTask<?>> lineage) {
    for (GreenletTask<?> each = greenlet; each != null; each = each.parent()) {
      lineage.add(each);
    }
  }

  /** Assigns the reserved place to a greenlet, unless that has been done before. */
  void hold(GreenletTask<?> holder) {
    guard.run(
        () -> {
          if (holders.add(holder)) {
            reserved--;
          }
        });
  }

  /** Releases the place of a greenlet. */
  void release(GreenletTask<?> holder) {
    guard.run(
        () -> {
          if (holders.remove(holder)) {
            grant();
          }
        });
  }

  /** Releases a reserved place that no greenlet will hold. */
  void giveBack() {
    guard.run(
        () -> {
          reserved--;
          grant();
        });
  }

  private void grant() {
    while (freeNow() > 0 && queue.grantFirst() != null) {
      reserved++;
    }
  }

  int free() {
    return guard.call(() -> freeNow());
  }

  private int freeNow() {
    return size - reserved - holders.size();
  }
}
