package dev.greenlet.raw;

import dev.greenlet.Printable;

/** Waits for the end of a plain thread, which cannot be asked to do something as its last act. */
final class OwnerTerminationWatch {
  private OwnerTerminationWatch() {}

  /** Has a virtual thread do something when {@code owner} has ended. */
  static void whenEnded(Thread owner, Runnable action) {
    Thread.ofVirtual()
        .name("raw-greenlets-of-" + Printable.of(owner.getName()))
        .inheritInheritableThreadLocals(false)
        .start(
            () -> {
              awaitEnd(owner);
              action.run();
            });
  }

  private static void awaitEnd(Thread owner) {
    while (owner.isAlive()) {
      try {
        owner.join();
      } catch (InterruptedException nobodysBusiness) {
        // it has nothing else to do
      }
    }
  }
}
