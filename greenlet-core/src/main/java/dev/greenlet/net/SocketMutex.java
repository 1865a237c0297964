package dev.greenlet.net;

import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.sync.WaitGuard;
import dev.greenlet.sync.WaitNode;
import dev.greenlet.sync.WaitQueue;
import org.jspecify.annotations.Nullable;

/**
 * A fair mutex for the reads, or the writes, of one socket. Interrupts stay pending. A kill or the
 * expiry of a deadline ends the wait of a greenlet, unless a switch point {@linkplain
 * SwitchPoint#isCancellationDeclared declares} its effect. Not reentrant. Thread-safe.
 */
final class SocketMutex {
  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> queue =
      new WaitQueue<>(guard, new WaitReason(WaitReason.SOCKET, "socket mutex"));
  private boolean taken;

  /**
   * Acquires the mutex. A switch point if it waits.
   *
   * @param reason the wait reason
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has left the queue
   * @throws dev.greenlet.DeadlineExit if a deadline expires; it has left the queue
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
