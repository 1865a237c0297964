package dev.greenlet.spring.web.admission;

import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.web.admission.ConcurrencyLimit.Ending;
import dev.greenlet.spring.web.admission.ConcurrencyLimit.Sample;
import dev.greenlet.sync.WaitGuard;
import dev.greenlet.sync.WaitLimit;
import dev.greenlet.sync.WaitNode;
import dev.greenlet.sync.WaitQueue;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Admits so many requests at once, queues so many more for so long, first come first served, and
 * refuses the others. Thread-safe; usable from any thread, greenlet or not.
 *
 * <p>A place that becomes free is granted to the first in the queue: it is neither lost to one that
 * leaves at that moment, nor taken by one that has just come.
 */
public final class Admission {
  private static final WaitReason REASON = new WaitReason(WaitReason.ADMISSION, "");

  private final ConcurrencyLimit limit; // foreign code, so it is not asked under the guard
  private final int queueSize;
  private final Duration queueTimeout;
  private final LongSupplier nanoTime;
  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> queue;

  // guarded
  private volatile int live; // read without the guard too
  private long admitted;
  private long refusedAtOnce;
  private long refusedLater;

  /**
   * Creates an admission with nobody in it.
   *
   * @param limit how many may live at once
   * @param queueSize how many may wait in the queue
   * @param queueTimeout for how long
   * @param nanoTime the clock that requests are measured by, in nanoseconds of arbitrary origin
   * @throws IllegalArgumentException if {@code queueSize} or {@code queueTimeout} is negative
   */
  public Admission(
      ConcurrencyLimit limit, int queueSize, Duration queueTimeout, LongSupplier nanoTime) {
    if (queueSize < 0) {
      throw new IllegalArgumentException("'queueSize' must not be negative, was " + queueSize);
    }
    if (queueTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "'queueTimeout' must not be negative, was " + queueTimeout);
    }
    this.limit = limit;
    this.queueSize = queueSize;
    this.queueTimeout = queueTimeout;
    this.nanoTime = nanoTime;
    this.queue = new WaitQueue<>(guard, REASON, queueSize);
  }

  /**
   * Asks for admission, waiting in the queue for it if need be. A switch point, if it waits.
   *
   * @throws InterruptedException if the caller is interrupted while it waits; it has left then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it has left then
   */
  AdmissionResult enter() throws InterruptedException {
    WaitLimit longest = WaitLimit.of(queueTimeout);
    int most = limit.current();
    WaitNode<Void> own = null;
    boolean free;
    int present;
    int ahead;
    guard.lock();
    try {
      present = live;
      ahead = queue.size();
      free = ahead == 0 && present < most;
      if (free) {
        admit();
      } else if (queue.isFull()) {
        refusedAtOnce++;
      } else {
        own = queue.join(null);
      }
    } finally {
      guard.unlock();
    }
    if (free) {
      return new Permit(this, nanoTime.getAsLong(), present + 1);
    }
    if (own == null) {
      return new Refusal.QueueFull(present, ahead);
    }
    if (most < limit.current()) {
      admitQueued(); // it has grown just before the caller was queued
    }
    return await(
        own,
        longest,
        new WaitReason(
            WaitReason.ADMISSION,
            "came as number %d in the queue, %d live".formatted(ahead + 1, present)));
  }

  private AdmissionResult await(WaitNode<Void> own, WaitLimit longest, WaitReason reason)
      throws InterruptedException {
    if (queue.await(own, longest, reason)) {
      return new Permit(this, nanoTime.getAsLong(), live); // counted by the one that granted it
    }
    guard.run(() -> refusedLater++);
    return new Refusal.QueueTimeout(queueTimeout, live);
  }

  private void admit() {
    live++;
    admitted++;
  }

  /** Takes out one that was live, and admits those that there is room for then. Any thread. */
  void leave(long start, int liveThen, Ending ending) {
    try {
      limit.onEnd(new Sample(start, nanoTime.getAsLong() - start, liveThen, ending));
    } finally {
      guard.run(() -> live--);
      admitQueued();
    }
  }

  private void admitQueued() {
    int most;
    do {
      most = limit.current();
      guard.lock();
      try {
        while (live < most && queue.grantFirst() != null) {
          admit();
        }
      } finally {
        guard.unlock();
      }
    } while (most < limit.current());
  }

  /** How long it may take until asking again makes sense. */
  Duration retryAfter() {
    return queueTimeout;
  }

  /**
   * How things are. Any thread; outdated at once.
   *
   * @return a snapshot
   */
  public AdmissionSnapshot snapshot() {
    int most = limit.current();
    return guard.call(
        () ->
            new AdmissionSnapshot(
                live, most, queue.size(), queueSize, admitted, refusedAtOnce, refusedLater));
  }

  /** What shows who waits. */
  Synchronizer queue() {
    return queue;
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
