package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * A wait in a {@link WaitQueue}, and the value handed over with it. Part of the SPI of {@link
 * WaitQueue}. Used under the guard of the queue, or by its owner after the wait.
 *
 * @param <V> the type of the handed-over values, in either direction
 */
public final class WaitNode<V> {
  private final Waiter waiter;
  private @Nullable V value;
  private boolean claimed;
  private boolean refused;

  @Nullable WaitQueue<V> queue; // the queue that it is in
  @Nullable WaitNode<V> before;
  @Nullable WaitNode<V> behind;
  @Nullable WaitNode<?> nextToWake; // in the order of the guard, once it is claimed and granted

  WaitNode(Waiter waiter, @Nullable V value) {
    this.waiter = waiter;
    this.value = value;
  }

  /** Creates a wait of the caller that only a grant ends: no kill, deadline or interrupt. */
  static <V> WaitNode<V> uncancellable(@Nullable V value) {
    WaitNode<V> node = new WaitNode<>(Waiter.ofCurrent(), value);
    boolean _ = node.claim();
    return node;
  }

  /**
   * Names the synchronizer, for the detection of deadlocks: to be called if a single strand, its
   * {@linkplain Synchronizer#holder() holder}, can end the wait. Under the guard, before the wait.
   *
   * @param where the synchronizer
   * @return this
   */
  public WaitNode<V> at(Synchronizer where) {
    waiter.at(where);
    return this;
  }

  /**
   * Returns the owner. Any thread.
   *
   * @return the greenlet or thread that waits
   */
  public Strand strand() {
    return waiter.strand();
  }

  /**
   * Returns the handed-over value.
   *
   * @return the value that the owner passed or was given since
   */
  public @Nullable V value() {
    return value;
  }

  /**
   * Hands a value over. Under the guard, to an owner that is granted.
   *
   * @param given the value for the owner
   */
  public void give(V given) {
    value = given;
  }

  /**
   * Returns whether the owner was woken because it will never be granted.
   *
   * @return whether its wait was refused
   */
  public boolean isRefused() {
    return refused;
  }

  void refuse() {
    refused = true;
  }

  Waiter waiter() {
    return waiter;
  }

  V handedOver() {
    V handed = value;
    if (handed == null) {
      throw new AssertionError(strand() + " was woken without a value");
    }
    return handed;
  }

  /** Ensures that the owner waits until it is woken. Returns {@code false} if it has left. */
  boolean claim() {
    if (!claimed) {
      claimed = waiter.claim();
    }
    return claimed;
  }

  boolean isClaimed() {
    return claimed;
  }

  /** Wakes the owner of a claimed wait. Preferably without the guard. */
  void wake() {
    waiter.wake();
  }

  static void wakeAll(@Nullable WaitNode<?> firstGranted) {
    for (WaitNode<?> node = firstGranted; node != null; ) {
      WaitNode<?> next = node.nextToWake; // read before its owner runs and may drop it
      node.nextToWake = null;
      node.waiter.wake();
      node = next;
    }
  }
}
