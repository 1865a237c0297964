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
 * The places of a pool, given out first come, first served. A place is reserved first and held by a
 * greenlet then. Thread-safe.
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

  /** Reserves a place if one is free and nothing waits for it. */
  boolean tryReserve() {
    return guard.call(() -> reserveNow());
  }

  private boolean reserveNow() {
    boolean free = queue.first() == null && freeNow() > 0;
    reserved += free ? 1 : 0;
    return free;
  }

  /** Reserves a place and waits for one. Returns whether there was one in time. */
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
   * A holder is stuck when it, or a greenlet that it spawned, waits for a place. A caller that has
   * a part in that and finds all of them stuck, itself included, is refused.
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
                + " greenlets that wait for such a place, or for what they spawned: make the pool"
                + " larger, use another one for the inner work, or call it directly")
            .formatted(own.strand(), size, size));
  }

  private static void addLineage(@Nullable GreenletTask<?> greenlet, Set<GreenletTask<?>> lineage) {
    for (GreenletTask<?> each = greenlet; each != null; each = each.parent()) {
      lineage.add(each);
    }
  }

  /** A greenlet takes the place that was reserved, unless it has done so before. */
  void hold(GreenletTask<?> holder) {
    guard.run(
        () -> {
          if (holders.add(holder)) {
            reserved--;
          }
        });
  }

  /** A greenlet leaves its place. */
  void release(GreenletTask<?> holder) {
    guard.run(
        () -> {
          if (holders.remove(holder)) {
            grant();
          }
        });
  }

  /** Nothing takes the place that was reserved. */
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
