package dev.greenlet.sync;

import dev.greenlet.WaitReason;

/** Permits for requests of any size, built on the SPI as its documentation shows. */
final class SizedPermits {
  private final WaitGuard guard = new WaitGuard();
  final WaitQueue<Integer> queue =
      new WaitQueue<>(guard, new WaitReason("permits", "it")) {
        @Override
        protected void onLeave(WaitNode<Integer> left) {
          admit(); // a large request may have kept small ones waiting
        }
      };
  private int permits;

  boolean acquire(int size, WaitLimit limit) throws InterruptedException {
    return queue.await(join(size), limit);
  }

  WaitNode<Integer> join(int size) {
    return guard.call(
        () -> {
          WaitNode<Integer> own = queue.join(size);
          admit();
          return own;
        });
  }

  void release(int size) {
    guard.run(
        () -> {
          permits += size;
          admit();
        });
  }

  int available() {
    return guard.call(() -> permits);
  }

  private void admit() {
    for (WaitNode<Integer> next = queue.first();
        next != null && next.handedOver() <= permits;
        next = queue.first()) {
      if (queue.grant(next)) {
        permits -= next.handedOver();
      }
    }
  }
}
