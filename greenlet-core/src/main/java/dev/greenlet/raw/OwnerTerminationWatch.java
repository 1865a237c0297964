package dev.greenlet.raw;

import dev.greenlet.Printable;

/** Waits for the end of a plain thread, which offers no hook for an action at its end. */
final class OwnerTerminationWatch {
  private OwnerTerminationWatch() {}

  /** Runs an action on a virtual thread once {@code owner} has ended. */
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
      } catch (InterruptedException ignored) {
        // the thread has no other task
      }
    }
  }
}
