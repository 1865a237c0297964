package dev.greenlet.net;

import dev.greenlet.Readiness;
import dev.greenlet.WaitReason;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** The remaining time of one call. Confined to the caller. */
final class SocketTimeout {
  private final boolean endless;
  private long dueNanos;
  private boolean begun;
  private final long nanos;

  /**
   * Creates a timeout that begins with the first {@link #await}. Zero milliseconds mean no limit.
   */
  SocketTimeout(int millis) {
    endless = millis == 0;
    nanos = TimeUnit.MILLISECONDS.toNanos(millis);
  }

  void await(Readiness readiness, int op, WaitReason reason) throws IOException {
    if (endless) {
      readiness.await(op, reason, Long.MAX_VALUE);
      return;
    }
    long now = Readiness.nanoTime();
    if (!begun) {
      begun = true;
      dueNanos = now + nanos;
    }
    readiness.await(op, reason, dueNanos - now);
  }

  boolean isOver() {
    return begun && dueNanos - Readiness.nanoTime() <= 0;
  }
}
