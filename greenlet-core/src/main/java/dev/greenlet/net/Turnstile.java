package dev.greenlet.net;

import dev.greenlet.WaitReason;
import dev.greenlet.sync.WaitGuard;
import dev.greenlet.sync.WaitNode;
import dev.greenlet.sync.WaitQueue;
import org.jspecify.annotations.Nullable;

/**
 * Lets greenlets and threads pass one at a time, in the order in which they came, whatever kills
 * and interrupts come: those stay pending. Not reentrant. Thread-safe.
 */
final class Turnstile {
  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> queue =
      new WaitQueue<>(guard, new WaitReason(WaitReason.SOCKET, "turnstile"));
  private boolean taken;

  void enter(WaitReason reason) {
    WaitNode<Void> own = guard.call(this::takeOrJoin);
    if (own != null) {
      queue.awaitUninterruptibly(own, reason);
    }
  }

  private @Nullable WaitNode<Void> takeOrJoin() {
    WaitNode<Void> own = taken ? queue.joinUncancellable(null) : null;
    taken = true;
    return own;
  }

  void leave() {
    guard.run(() -> taken = queue.grantFirst() != null);
  }
}
