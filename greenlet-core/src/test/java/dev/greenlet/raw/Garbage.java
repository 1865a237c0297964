package dev.greenlet.raw;

import dev.greenlet.Greenlets;
import java.lang.ref.WeakReference;
import java.time.Duration;

/** The collector, on demand. */
final class Garbage {
  private static final int ROUNDS = 200;
  private static final Duration PAUSE = Duration.ofMillis(10);

  private Garbage() {}

  /** Fails when something is still held after many collections. */
  static void awaitCollected(WeakReference<?> reference) throws InterruptedException {
    for (int i = 0; i < ROUNDS; i++) {
      if (reference.refersTo(null)) {
        return;
      }
      System.gc();
      Greenlets.sleep(PAUSE);
    }
    throw new AssertionError("still held: " + reference.get());
  }
}
