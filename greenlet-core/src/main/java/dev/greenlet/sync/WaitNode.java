package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * A wait in a {@link WaitQueue}, and what is handed over with it. Part of the SPI of {@link
 * WaitQueue}. Used under the guard of the queue, or by its owner after the wait.
 *
 * @param <V> the type of what is handed over, in either direction
 */
public final class WaitNode<V> {
  private final Waiter waiter;
  private @Nullable V value;
  private boolean claimed;
  private boolean refused;

  @Nullable WaitQueue<V> queue; // that it is in
  @Nullable WaitNode<V> before;
  @Nullable WaitNode<V> behind;
  @Nullable WaitNode<?> nextToWake; // of its guard, once it is claimed and granted

  WaitNode(Waiter waiter, @Nullable V value) {
    this.waiter = waiter;
    this.value = value;
  }

  /** A wait of the caller that only a grant ends: no kill, deadline or interrupt. */
  static <V> WaitNode<V> uncancellable(@Nullable V value) {
    WaitNode<V> node = new WaitNode<>(Waiter.ofCurrent(), value);
    boolean _ = node.claim();
    return node;
  }

  /**
   * Names what the owner waits at if one strand alone can end the wait, so that a cycle of waits is
   * found.
   *
   * @param where what it waits at, which knows its {@linkplain Synchronizer#holder() holder}
   * @return this
   */
  public WaitNode<V> at(Synchronizer where) {
    waiter.at(where);
    return this;
  }

  /**
   * Returns the owner.
   *
   * @return the greenlet or thread that waits
   */
  public Strand strand() {
    return waiter.strand();
  }

  /**
   * Returns what is handed over.
   *
   * @return what the owner brought, or was given since
   */
  public @Nullable V value() {
    return value;
  }

  /**
   * Hands something over. Under the guard, to an owner that is granted.
   *
   * @param given what the owner is to find
   */
  public void give(V given) {
    value = given;
  }

  /**
   * Returns whether the owner was woken because it will never get what it waited for.
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
      throw new AssertionError(strand() + " was woken with nothing in hand");
    }
    return handed;
  }

  /** Makes sure that the owner stays until it is woken. Returns {@code false} if it has left. */
  boolean claim() {
    if (!claimed) {
      claimed = waiter.claim();
    }
    return claimed;
  }

  boolean isClaimed() {
    return claimed;
  }

  /** Wakes the owner of a claimed wait. Better without the guard. */
  void wake() {
    waiter.wake();
  }

  static void wakeAll(@Nullable WaitNode<?> firstGranted) {
    for (WaitNode<?> node = firstGranted; node != null; ) {
      WaitNode<?> next = node.nextToWake; // before its owner is woken and may go away
      node.nextToWake = null;
      node.waiter.wake();
      node = next;
    }
  }
}
