package dev.greenlet.net;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.sync.WaitGuard;
import dev.greenlet.sync.WaitNode;
import dev.greenlet.sync.WaitQueue;
import org.jspecify.annotations.Nullable;

/**
 * Lets greenlets and threads pass one at a time, in the order in which they came. Interrupts stay
 * pending. A kill or the end of a deadline ends the wait of a greenlet, unless a switch point
 * {@linkplain SwitchPoint#isCancellationDeclared declares} what it does. Not reentrant.
 * Thread-safe.
 */
final class UncancellableMutex {
  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> queue =
      new WaitQueue<>(guard, new WaitReason(WaitReason.SOCKET, "turnstile"));
  private boolean taken;

  /**
   * Waits until the caller may pass. A switch point, unless it may at once.
   *
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has left then
   * @throws dev.greenlet.DeadlineExit if a deadline is over; it has left then
   */
  void enter(WaitReason reason) {
    WaitNode<Void> own = guard.call(this::takeOrJoin);
    if (own != null) {
      queue.awaitUninterruptibly(own, reason);
    }
  }

  private @Nullable WaitNode<Void> takeOrJoin() {
    if (!taken) {
      taken = true;
      return null;
    }
    return SwitchPoint.isCancellationDeclared() ? queue.joinUncancellable(null) : queue.join(null);
  }

  void leave() {
    guard.run(() -> taken = queue.grantFirst() != null);
  }
}
