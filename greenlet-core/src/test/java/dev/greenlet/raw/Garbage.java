package dev.greenlet.raw;

import java.lang.ref.WeakReference;

/** The collector, on demand. */
final class Garbage {
  private static final int ROUNDS = 200;
  private static final long PAUSE_MILLIS = 10;

  private Garbage() {}

  /** Fails when something is still held after many collections. */
  static void awaitCollected(WeakReference<?> reference) throws InterruptedException {
    for (int i = 0; i < ROUNDS; i++) {
      System.gc();
      if (reference.refersTo(null)) {
        return;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    throw new AssertionError("still held: " + reference.get());
  }
}
