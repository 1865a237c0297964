package dev.greenlet.loop;

import dev.greenlet.schedule.TimeSource;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The channels that are watched on one run loop. From the first one on the carrier sleeps in the
 * poller. However busy the loop is, it polls between two slices when {@link #NANOS_PER_POLL} have
 * passed, so that fibers that are always ready do not starve those that wait; less often when there
 * is so much to be found that polling would take more than its {@link #SHARE} of the time.
 *
 * <p>Belongs to what runs on the loop, except {@link #open}, {@link #isOpen}, {@link #isLost} and
 * {@link #wakeUp}.
 */
final class LoopChannels {
  private static final int SHARE = 16;
  private static final long NANOS_PER_POLL = TimeUnit.MICROSECONDS.toNanos(500);

  private final TimeSource time;
  private final AtomicReference<@Nullable Poller> poller = new AtomicReference<>();
  private volatile boolean lost;
  private long polledNanos;
  private long pauseNanos;

  LoopChannels(TimeSource time) {
    this.time = time;
  }

  /** Any thread; a second call does nothing. */
  void open() throws IOException {
    if (poller.get() == null) {
      Poller opened = Poller.open();
      if (!poller.compareAndSet(null, opened)) {
        opened.close();
      }
    }
  }

  /** Returns whether the carrier sleeps in the poller. Any thread. */
  boolean isOpen() {
    return poller.get() != null;
  }

  /** Returns whether the system has broken the selector. Any thread; {@code true} is final. */
  boolean isLost() {
    return lost;
  }

  /** Ends the present or the next {@link #await}. Any thread; never throws. */
  void wakeUp() {
    Poller sleptIn = poller.get();
    if (sleptIn != null) {
      sleptIn.wakeUp();
    }
  }

  void arm(Watch watch, int op) {
    Poller here = poller.get();
    if (here == null) {
      watch.end();
    } else {
      here.arm(watch, op);
    }
  }

  void forgetClosed() {
    Poller here = poller.get();
    if (here != null) {
      here.forgetClosed();
    }
  }

  /** Polls if that is due. The carrier, between two slices. */
  void pollIfDue() {
    Poller here = poller.get();
    if (here == null) {
      return;
    }
    long now = time.nanoTime();
    if (here.isUrgent() || now - polledNanos >= pauseNanos) {
      await(0);
      pauseNanos = Math.max(NANOS_PER_POLL, SHARE * (polledNanos - now));
    }
  }

  /** Notifies of what is ready, and waits for that, for so long at most. The carrier. */
  void await(long nanos) {
    Poller here = poller.get();
    if (here == null) {
      return;
    }
    try {
      if (nanos == 0) {
        here.poll();
      } else {
        here.await(nanos);
      }
      polledNanos = time.nanoTime();
    } catch (IOException | RuntimeException broken) {
      lost = true;
      close(); // the waiters go elsewhere, and learn of it there if it is the same
    }
  }

  /** Ends the watching; the waiters are woken, and try for themselves. The carrier. */
  void close() {
    Poller closing = poller.getAndSet(null);
    if (closing != null) {
      closing.close();
    }
  }

  /** Returns how often the interest in a channel has changed. */
  long changes() {
    Poller here = poller.get();
    return here == null ? 0 : here.changes();
  }
}
