package dev.greenlet.spring.task;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the JVM running from its first use until it is closed: the carriers of greenlets are daemon
 * threads, so an application without a web server would end while its schedules still wait.
 * Thread-safe.
 */
final class KeepAlive {
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Thread keeper; // guarded by this

  /**
   * Starts keeping the JVM running. Further calls, and calls after the close, do nothing. Any
   * thread; does not block.
   */
  synchronized void begin() {
    if (keeper == null && closed.getCount() > 0) {
      keeper =
          Thread.ofPlatform()
              .daemon(false)
              .inheritInheritableThreadLocals(false)
              .name("greenlet-scheduling")
              .start(this::awaitClose);
    }
  }

  /** Stops keeping the JVM running. Any thread; does not block. */
  void close() {
    closed.countDown();
  }

  private void awaitClose() {
    while (closed.getCount() > 0) {
      try {
        closed.await();
      } catch (InterruptedException interrupted) {
        // The thread belongs to this object alone: an interrupt means nothing to it.
      }
    }
  }
}
