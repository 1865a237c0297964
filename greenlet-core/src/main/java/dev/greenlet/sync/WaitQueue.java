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
 * The queue that all primitives wait in: first come, first served. An SPI for those that build a
 * primitive of their own; all others use the primitives.
 *
 * <p>The state of a primitive and its queues have one {@link WaitGuard}. A caller that must wait
 * {@linkplain #join joins} a queue under the guard and {@linkplain #await waits} without it. A
 * giver changes the state under the guard and {@linkplain #grantFirst grants}; the waiters wake
 * when it gives the guard back. A permit counter for requests of any size:
 *
 * <pre>{@code
 * private final WaitGuard guard = new WaitGuard();
 * private final WaitQueue<Integer> queue =
 *     new WaitQueue<>(guard, reason) {
 *       @Override
 *       protected void onLeave(WaitNode<Integer> left) {
 *         admit(); // a large request may have kept small ones waiting
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
 * <p>It is decided atomically how a wait ends: it is granted, or the waiter leaves because it is
 * killed, interrupted, timed out or past a deadline. A waiter that has left is never granted. A
 * kill and an expired deadline take it out, and call {@link #onLeave}, before they return. Leaving
 * costs the same however long the queue is.
 *
 * @param <V> the type of what is handed over, in either direction
 */
public class WaitQueue<V> implements Synchronizer {
  final WaitGuard guard;
  private final WaitReason reason;
  private final int bound;

  private @Nullable WaitNode<V> first; // these are guarded
  private @Nullable WaitNode<V> last;
  private int size;

  /**
   * Creates a queue that is never full.
   *
   * @param guard what guards it
   * @param reason what its waiters are shown to wait for
   */
  public WaitQueue(WaitGuard guard, WaitReason reason) {
    this(guard, reason, Integer.MAX_VALUE);
  }

  /**
   * Creates a queue.
   *
   * @param guard what guards it
   * @param reason what its waiters are shown to wait for
   * @param bound with how many waiters it {@linkplain #isFull() is full}
   */
  public WaitQueue(WaitGuard guard, WaitReason reason, int bound) {
    this.guard = guard;
    this.reason = reason;
    this.bound = bound;
  }

  /**
   * Called when a waiter has left that was queued, or that a pending kill keeps from being queued.
   * Called in the thread that takes it out, be it that of a killer, a carrier or a poller. Grants
   * what can be granted without it. Under the guard; never throws. Does nothing by default.
   *
   * @param left the wait that has ended
   */
  protected void onLeave(WaitNode<V> left) {}

  // --- under the guard
  // ----------------------------------------------------------------------------

  /**
   * Queues the caller, which {@linkplain #await waits} without the guard then, and at no other
   * switch point before. Under the guard.
   *
   * @param value what the caller hands over, if anything
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
   * @param value what the caller hands over, if anything
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

  /** Takes a wait out. Returns {@code false} if it was not in this queue any more. */
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
   * @return the first, or {@code null} if the queue is empty
   */
  public final @Nullable WaitNode<V> first() {
    return first;
  }

  /**
   * Returns how many waits are in the queue. Under the guard.
   *
   * @return the number
   */
  public final int size() {
    return size;
  }

  /**
   * Returns whether the queue has as many waiters as its bound. Nothing is refused by itself: ask
   * before {@link #join}. Under the guard.
   *
   * @return whether it is full
   */
  public final boolean isFull() {
    return size >= bound;
  }

  /**
   * Takes out the first waiter that has not left. It wakes when the guard is given back. Under the
   * guard.
   *
   * @return its wait, to hand something over; {@code null} if none waits
   */
  public final @Nullable WaitNode<V> grantFirst() {
    WaitNode<V> claimed = claimFirst();
    if (claimed != null) {
      guard.wakeLater(claimed);
    }
    return claimed;
  }

  /**
   * Takes out a waiter, which wakes when the guard is given back. Under the guard.
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

  /** Grants all that have not left. Under the guard. */
  public final void grantAll() {
    while (grantFirst() != null) {}
  }

  /**
   * Wakes all that have not left and will never be granted: each {@linkplain WaitNode#isRefused is
   * refused}. Under the guard.
   */
  public final void refuseAll() {
    for (WaitNode<V> next = grantFirst(); next != null; next = grantFirst()) {
      next.refuse();
    }
  }

  /** Takes out and claims the first that has not left. The caller must see to it that it wakes. */
  final @Nullable WaitNode<V> claimFirst() {
    for (WaitNode<V> node = first; node != null; node = first) {
      remove(node);
      if (node.claim()) {
        return node;
      }
    }
    return null;
  }

  /** Takes out and claims all that have not left. The caller must see to it that they wake. */
  final List<WaitNode<V>> claimAll() {
    List<WaitNode<V>> claimed = new ArrayList<>(size);
    for (WaitNode<V> node = claimFirst(); node != null; node = claimFirst()) {
      claimed.add(node);
    }
    return claimed;
  }

  // --- without the guard
  // --------------------------------------------------------------------------

  /**
   * Waits. The owner only, once, without the guard. A switch point.
   *
   * @param node the wait
   * @param limit for how long
   * @return whether it was granted or refused in time; if not, it has left the queue
   * @throws InterruptedException if the caller is interrupted; it has left then
   * @throws dev.greenlet.DeadlockException if the caller is a greenlet and closes a cycle of waits;
   *     it has left then
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has left then
   */
  public final boolean await(WaitNode<V> node, WaitLimit limit) throws InterruptedException {
    return await(node, limit, reason);
  }

  /**
   * Waits, and shows a reason of its own. The owner only, once, without the guard. A switch point.
   *
   * @param node the wait
   * @param limit for how long
   * @param shown what the caller is shown to wait for
   * @return whether it was granted or refused in time; if not, it has left the queue
   * @throws InterruptedException if the caller is interrupted; it has left then
   * @throws dev.greenlet.DeadlockException if the caller is a greenlet and closes a cycle of waits;
   *     it has left then
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has left then
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
   * Waits as long as it takes, whatever interrupts come; the interrupt status survives. The owner
   * only, once, without the guard. A switch point.
   *
   * @param node the wait
   * @param shown what the caller is shown to wait for
   * @throws dev.greenlet.DeadlockException if the caller is a greenlet and closes a cycle of waits;
   *     it has left then
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has left then
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
   * Takes what is there, or waits until it is granted. Without the guard. A switch point, unless it
   * is there.
   *
   * @param taken takes it, and returns whether it was there; called under the guard
   * @param limit for how long
   * @return whether it was there or granted in time
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
   * Leaves in place of waiting, or of waiting on. The owner only, without the guard.
   *
   * @param node the wait
   * @return {@code false} if it was not queued any more, for it is granted or has left
   */
  public final boolean leave(WaitNode<V> node) {
    guard.lock();
    try {
      boolean left = remove(node);
      if (left) {
        boolean _ = node.claim(); // if it has not ended by itself: it is over for its owner too
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

  /** The owners of the waits in several queues of one guard. Takes the guard. */
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
