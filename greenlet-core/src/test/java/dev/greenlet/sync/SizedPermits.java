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
    WaitNode<Integer> own =
        guard.call(
            () -> {
              WaitNode<Integer> node = queue.join(size);
              admit();
              return node;
            });
    return queue.await(own, limit);
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
