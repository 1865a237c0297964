package dev.greenlet.sync;

import dev.greenlet.Party;
import dev.greenlet.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * One place in a {@link WaitLine}, and what is handed over when its turn comes. Touched with the
 * guard held, or by its owner after the wait.
 *
 * @param <V> the type of what is handed over, in either direction
 */
final class Turn<V> {
  final Waiter waiter;
  final Party party;
  @Nullable V value;

  /** Whether it was told that it will never get what it waits for. */
  boolean refused;

  @Nullable Turn<V> before;
  @Nullable Turn<V> behind;
  boolean inLine;
  private boolean claimed;

  /** A wait of the caller's. */
  Turn(@Nullable V value) {
    this(Waiter.ofCurrent(), Party.current(), value);
  }

  /** One of several places of the same waiter: of those only one will be claimed. */
  Turn(Waiter waiter, Party party, @Nullable V value) {
    this.waiter = waiter;
    this.party = party;
    this.value = value;
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

  V handedOver() {
    V handed = value;
    if (handed == null) {
      throw new AssertionError(party + " was woken with nothing in hand");
    }
    return handed;
  }

  /** Wakes the owner of a claimed turn. Better without the guard. */
  static void wake(@Nullable Turn<?> claimed) {
    if (claimed != null) {
      claimed.waiter.wake();
    }
  }

  static void wake(Iterable<? extends Turn<?>> claimed) {
    claimed.forEach(Turn::wake);
  }
}
