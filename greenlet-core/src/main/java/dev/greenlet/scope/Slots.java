package dev.greenlet.scope;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The places of a pool, given out first come, first served. A place is reserved first and held by a
 * greenlet then. Thread-safe.
 */
final class Slots {
  private final int size;
  private final WaitReason reason;
  private final Object lock = new Object();
  private final Set<GreenletTask<?>> holders = new HashSet<>(); // guarded by lock
  private final ArrayDeque<Ticket> queue = new ArrayDeque<>(); // guarded by lock
  private int reserved; // guarded by lock

  Slots(int size) {
    this.size = size;
    this.reason = new WaitReason(WaitReason.ADMISSION, "a place in a pool of " + size);
  }

  private static final class Ticket {
    final Waiter waiter = Waiter.ofCurrent();
    final @Nullable GreenletTask<?> greenlet = Greenlets.currentOrNull();
    boolean granted; // guarded by lock
  }

  /** Reserves a place if one is free and nobody waits for it. */
  boolean tryReserve() {
    synchronized (lock) {
      return tryReserveLocked();
    }
  }

  private boolean tryReserveLocked() {
    if (queue.isEmpty() && freeLocked() > 0) {
      reserved++;
      return true;
    }
    return false;
  }

  /** Reserves a place and waits for one. Returns whether there was one in time. */
  boolean reserve(@Nullable Duration timeout) throws InterruptedException {
    Ticket ticket = new Ticket();
    synchronized (lock) {
      if (tryReserveLocked()) {
        return true;
      }
      refuseNestedWait(ticket.greenlet);
      queue.add(ticket);
    }
    boolean stays = false;
    try {
      if (timeout == null) {
        ticket.waiter.await(reason);
      } else {
        ticket.waiter.await(reason, Members.nanos(timeout));
      }
      stays = true;
    } finally {
      synchronized (lock) {
        if (!ticket.granted) {
          queue.remove(ticket);
        } else if (!stays) {
          giveBack();
        }
      }
    }
    synchronized (lock) {
      return ticket.granted;
    }
  }

  /** A greenlet takes the place that was reserved, unless it has done so before. */
  void hold(GreenletTask<?> holder) {
    synchronized (lock) {
      if (holders.add(holder)) {
        reserved--;
      }
    }
  }

  /** A greenlet leaves its place. */
  void release(GreenletTask<?> holder) {
    synchronized (lock) {
      if (holders.remove(holder)) {
        grant();
      }
    }
  }

  /** Nobody takes the place that was reserved. */
  void giveBack() {
    synchronized (lock) {
      reserved--;
      grant();
    }
  }

  private void grant() {
    while (freeLocked() > 0 && !queue.isEmpty()) {
      Ticket next = queue.remove();
      next.granted = true;
      reserved++;
      next.waiter.wake();
    }
  }

  int free() {
    synchronized (lock) {
      return freeLocked();
    }
  }

  private int freeLocked() {
    return size - reserved - holders.size();
  }

  /**
   * A holder is stuck when it, or a greenlet that it spawned, waits for a place. If all of them are
   * once the caller waits too, and the caller has a part in it, it is refused.
   */
  private void refuseNestedWait(@Nullable GreenletTask<?> caller) {
    if (caller == null || holders.size() < size) {
      return;
    }
    Set<GreenletTask<?>> stuck = new HashSet<>();
    addLineage(caller, stuck);
    if (Collections.disjoint(holders, stuck)) {
      return;
    }
    for (Ticket waiting : queue) {
      addLineage(waiting.greenlet, stuck);
    }
    if (stuck.containsAll(holders)) {
      throw new NestedPoolWaitException(
          ("%s waits for a place in a pool of %d from inside of it, and all %d places are held by"
                  + " greenlets that wait for such a place, or for what they spawned: make the pool"
                  + " larger, use another one for the inner work, or call it directly")
              .formatted(caller, size, size));
    }
  }

  private static void addLineage(@Nullable GreenletTask<?> greenlet, Set<GreenletTask<?>> lineage) {
    for (GreenletTask<?> each = greenlet; each != null; each = each.parent()) {
      lineage.add(each);
    }
  }
}
