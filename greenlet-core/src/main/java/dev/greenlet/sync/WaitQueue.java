package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A queue of waiting greenlets and threads, first in, first out, on which all synchronizers of this
 * package stand. An SPI for implementations of further synchronizers; applications use the
 * synchronizers.
 *
 * <p>The state of a synchronizer and its queues share one {@link WaitGuard}. A caller that must
 * wait {@linkplain #join joins} a queue under the guard and {@linkplain #await waits} without it. A
 * caller that releases something changes the state under the guard and {@linkplain #grantFirst
 * grants}; the waiters wake when it releases the guard. A counter of permits for requests of any
 * size:
 *
 * <pre>{@code
 * private final WaitGuard guard = new WaitGuard();
 * private final WaitQueue<Integer> queue =
 *     new WaitQueue<>(guard, reason) {
 *       @Override
 *       protected void onLeave(WaitNode<Integer> left) {
 *         admit(); // a large request may have delayed small ones
 *       }
 *     };
 *
 * void acquire(int size) throws InterruptedException {
 *   WaitNode<Integer> own;
 *   guard.lock();
 *   try {
 *     own = queue.join(size);
 *     admit();
 *   } finally {
 *     guard.unlock();
 *   }
 *   queue.await(own, WaitLimit.ENDLESS);
 * }
 *
 * private void admit() {
 *   for (WaitNode<Integer> next = queue.first();
 *       next != null && next.value() <= permits;
 *       next = queue.first()) {
 *     if (queue.grant(next)) {
 *       permits -= next.value();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Each wait ends in exactly one of two ways, decided atomically: it is granted, or the waiter
 * leaves because it is killed, interrupted, timed out or past a deadline. A waiter that has left is
 * never granted. A kill and an expired deadline remove the waiter, and call {@link #onLeave},
 * before they return. Leaving takes the same time however long the queue is. Actions before a grant
 * happen before the actions that follow the wait it ends.
 *
 * <p>Each method states whether it is called under the guard; apart from that, {@linkplain
 * dev.greenlet.sync any thread} may call it.
 *
 * @param <V> the type of the handed-over values, in either direction
 */
public class WaitQueue<V> implements Synchronizer {
  final WaitGuard guard;
  private final WaitReason reason;
  private final int bound;

  private @Nullable WaitNode<V> first; // guarded, as the next
  private @Nullable WaitNode<V> last;
  private int size;

  /**
   * Creates a queue without a bound.
   *
   * @param guard the guard of the queue
   * @param reason the wait reason of its waiters
   */
  public WaitQueue(WaitGuard guard, WaitReason reason) {
    this(guard, reason, Integer.MAX_VALUE);
  }

  /**
   * Creates a queue.
   *
   * @param guard the guard of the queue
   * @param reason the wait reason of its waiters
   * @param bound the number of waiters at which it {@linkplain #isFull() is full}
   */
  public WaitQueue(WaitGuard guard, WaitReason reason, int bound) {
    this.guard = guard;
    this.reason = reason;
    this.bound = bound;
  }

  /**
   * Called after a queued waiter has left, or after a pending kill has kept a waiter from the
   * queue, in the thread that removes it, which may be that of a killer, a carrier or a poller.
   * Grants what became available by that. Under the guard; must not throw. Does nothing unless
   * overridden.
   *
   * @param left the wait that has ended
   */
  protected void onLeave(WaitNode<V> left) {}

  // --- under the guard --------------------------------------------------------------------------

  /**
   * Queues the caller, which must then {@linkplain #await wait} without the guard, and at no other
   * switch point before. Under the guard.
   *
   * @param value the value that the caller hands over, or {@code null}
   * @return its wait
   */
  public final WaitNode<V> join(@Nullable V value) {
    WaitNode<V> node = new WaitNode<>(Waiter.ofCurrent(), value);
    if (node.waiter().enlist(() -> leave(node))) {
      add(node);
    } else {
      onLeave(node);
    }
    return node;
  }

  /**
   * Queues the caller for a wait that only a grant ends: no kill, deadline or interrupt. Under the
   * guard.
   *
   * @param value the value that the caller hands over, or {@code null}
   * @return its wait
   */
  public final WaitNode<V> joinUncancellable(@Nullable V value) {
    return add(WaitNode.uncancellable(value));
  }

  final WaitNode<V> add(WaitNode<V> node) {
    node.before = last;
    if (last == null) {
      first = node;
    } else {
      last.behind = node;
    }
    last = node;
    node.queue = this;
    size++;
    return node;
  }

  /** Removes a wait. Returns {@code false} if it was not in this queue any more. */
  final boolean remove(WaitNode<V> node) {
    if (node.queue != this) {
      return false;
    }
    WaitNode<V> before = node.before;
    WaitNode<V> behind = node.behind;
    if (before == null) {
      first = behind;
    } else {
      before.behind = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.before = before;
    }
    node.before = null;
    node.behind = null;
    node.queue = null;
    size--;
    return true;
  }

  /**
   * Returns the first wait in the queue, whose owner may be leaving. Under the guard.
   *
   * @return the first wait, or {@code null} if the queue is empty
   */
  public final @Nullable WaitNode<V> first() {
    return first;
  }

  /**
   * Returns the number of waits in the queue. Under the guard.
   *
   * @return the number of waits
   */
  public final int size() {
    return size;
  }

  /**
   * Returns whether the queue has as many waiters as its bound. The queue does not refuse waiters
   * by itself: check before {@link #join}. Under the guard.
   *
   * @return whether it is full
   */
  public final boolean isFull() {
    return size >= bound;
  }

  /**
   * Removes the first waiter that has not left, which wakes when the guard is released. Under the
   * guard.
   *
   * @return its wait, to hand a value over; {@code null} if none waits
   */
  public final @Nullable WaitNode<V> grantFirst() {
    WaitNode<V> claimed = claimFirst();
    if (claimed != null) {
      guard.wakeLater(claimed);
    }
    return claimed;
  }

  /**
   * Removes a waiter, which wakes when the guard is released. Under the guard.
   *
   * @param node a wait in this queue
   * @return {@code false} if its owner has left: it must be given nothing
   */
  public final boolean grant(WaitNode<V> node) {
    boolean granted = remove(node) && node.claim();
    if (granted) {
      guard.wakeLater(node);
    }
    return granted;
  }

  /** Grants all waiters that have not left. Under the guard. */
  public final void grantAll() {
    while (grantFirst() != null) {}
  }

  /**
   * Wakes all waiters that have not left and will never be granted: each {@linkplain
   * WaitNode#isRefused is refused}. Under the guard.
   */
  public final void refuseAll() {
    for (WaitNode<V> next = grantFirst(); next != null; next = grantFirst()) {
      next.refuse();
    }
  }

  /**
   * Removes and claims the first waiter that has not left. The caller must ensure that it is woken.
   */
  final @Nullable WaitNode<V> claimFirst() {
    for (WaitNode<V> node = first; node != null; node = first) {
      remove(node);
      if (node.claim()) {
        return node;
      }
    }
    return null;
  }

  /**
   * Removes and claims all waiters that have not left. The caller must ensure that they are woken.
   */
  final List<WaitNode<V>> claimAll() {
    List<WaitNode<V>> claimed = new ArrayList<>(size);
    for (WaitNode<V> node = claimFirst(); node != null; node = claimFirst()) {
      claimed.add(node);
    }
    return claimed;
  }

  // --- without the guard ------------------------------------------------------------------------

  /**
   * Waits. The owner only, once, without the guard. A switch point.
   *
   * @param node the wait
   * @param limit the longest time to wait
   * @return {@code true} if it was granted or refused in time; {@code false} if it has left the
   *     queue
   * @throws InterruptedException if the caller is interrupted; it has left the queue
   * @throws dev.greenlet.DeadlockException if the caller is a greenlet and its wait completes a
   *     cycle of waits; it has left the queue
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has left the queue
   */
  public final boolean await(WaitNode<V> node, WaitLimit limit) throws InterruptedException {
    return await(node, limit, reason);
  }

  /**
   * Waits with a wait reason of its own. The owner only, once, without the guard. A switch point.
   *
   * @param node the wait
   * @param limit the longest time to wait
   * @param shown the wait reason
   * @return {@code true} if it was granted or refused in time; {@code false} if it has left the
   *     queue
   * @throws InterruptedException if the caller is interrupted; it has left the queue
   * @throws dev.greenlet.DeadlockException if the caller is a greenlet and its wait completes a
   *     cycle of waits; it has left the queue
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has left the queue
   */
  public final boolean await(WaitNode<V> node, WaitLimit limit, WaitReason shown)
      throws InterruptedException {
    boolean served = false;
    try {
      served = limit.await(node.waiter(), shown);
      return served;
    } finally {
      if (!served) {
        leave(node);
      }
    }
  }

  /**
   * Waits without a limit, regardless of interrupts; the interrupt status is preserved. The owner
   * only, once, without the guard. A switch point.
   *
   * @param node the wait
   * @param shown the wait reason
   * @throws dev.greenlet.DeadlockException if the caller is a greenlet and its wait completes a
   *     cycle of waits; it has left the queue
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has left the queue
   */
  public final void awaitUninterruptibly(WaitNode<V> node, WaitReason shown) {
    boolean served = false;
    try {
      node.waiter().awaitUninterruptibly(shown);
      served = true;
    } finally {
      if (!served) {
        leave(node);
      }
    }
  }

  /**
   * Takes something that is available, otherwise waits until it is granted. Without the guard. A
   * switch point if it waits.
   *
   * @param taken takes it and returns whether it was available; called under the guard
   * @param limit the longest time to wait
   * @return whether it was available or granted in time
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public final boolean awaitUnless(BooleanSupplier taken, WaitLimit limit)
      throws InterruptedException {
    WaitNode<V> own;
    guard.lock();
    try {
      if (taken.getAsBoolean()) {
        return true;
      }
      if (limit.isNone()) {
        return false;
      }
      own = join(null);
    } finally {
      guard.unlock();
    }
    return await(own, limit);
  }

  /**
   * Leaves the queue without waiting, or instead of waiting further. The owner only, without the
   * guard.
   *
   * @param node the wait
   * @return {@code false} if it was not queued any more, because it was granted or has left
   */
  public final boolean leave(WaitNode<V> node) {
    guard.lock();
    try {
      boolean left = remove(node);
      if (left) {
        boolean _ = node.claim(); // unless it has ended otherwise: it is over for its owner too
        onLeave(node);
      }
      return left;
    } finally {
      guard.unlock();
    }
  }

  @Override
  public final WaitReason waitReason() {
    return reason;
  }

  @Override
  public final List<Strand> waiters() {
    return waiters(guard, this);
  }

  /** Returns the owners of the waits in several queues of one guard. Takes the guard. */
  static List<Strand> waiters(WaitGuard guard, WaitQueue<?>... queues) {
    List<Strand> parties = new ArrayList<>();
    guard.lock();
    try {
      for (WaitQueue<?> queue : queues) {
        for (WaitNode<?> node = queue.first; node != null; node = node.behind) {
          parties.add(node.strand());
        }
      }
    } finally {
      guard.unlock();
    }
    return parties;
  }

  @Override
  public String toString() {
    return describe();
  }
}
