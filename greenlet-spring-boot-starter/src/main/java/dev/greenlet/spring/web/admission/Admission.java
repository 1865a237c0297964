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
 * Limits the number of live requests, queues a limited number of others fairly (FIFO) for a limited
 * time, and rejects the rest. Thread-safe; usable by greenlets and plain threads.
 *
 * <p>A permit that is released is granted to the first request in the queue. It is neither lost if
 * that one leaves the queue at the same moment, nor taken by a request that arrives later.
 */
public final class Admission {
  private static final WaitReason REASON = new WaitReason(WaitReason.ADMISSION, "");

  private final ConcurrencyLimit limit; // application code, not called under the guard
  private final int queueSize;
  private final Duration queueTimeout;
  private final LongSupplier nanoTime;
  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> queue;

  // guarded
  private volatile int live; // read without the guard too
  private long admitted;
  private long rejectedQueueFull;
  private long rejectedTimedOut;

  /**
   * Creates an admission without live requests.
   *
   * @param limit the limit of live requests
   * @param queueSize how many requests may be queued
   * @param queueTimeout how long a request may be queued
   * @param nanoTime the clock for the durations of requests, in nanoseconds of arbitrary origin
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
   * Requests admission. A switch point if the caller is queued.
   *
   * @throws InterruptedException if the caller is interrupted while queued; it has left the queue
   *     then
   * @throws dev.greenlet.GreenletExit if the caller is killed while queued; it has left the queue
   *     then
   */
  AdmissionResult acquire() throws InterruptedException {
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
        rejectedQueueFull++;
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
      return new Rejection.QueueFull(present, ahead);
    }
    if (most < limit.current()) {
      admitQueued(); // the limit grew just before the caller was queued
    }
    return await(
        own,
        longest,
        new WaitReason(
            WaitReason.ADMISSION,
            "position %d in the queue on arrival, %d live".formatted(ahead + 1, present)));
  }

  private AdmissionResult await(WaitNode<Void> own, WaitLimit longest, WaitReason reason)
      throws InterruptedException {
    if (queue.await(own, longest, reason)) {
      return new Permit(this, nanoTime.getAsLong(), live); // counted by the thread that granted it
    }
    guard.run(() -> rejectedTimedOut++);
    return new Rejection.QueueTimeout(queueTimeout, live);
  }

  private void admit() {
    live++;
    admitted++;
  }

  /** Removes a live request, and admits queued ones up to the limit. Any thread; does not block. */
  void release(long start, int liveThen, Ending ending) {
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

  /** Returns the delay after which a rejected request may be repeated. */
  Duration retryAfter() {
    return queueTimeout;
  }

  /**
   * Returns the present state. Any thread; does not block; the values may lag.
   *
   * @return a snapshot
   */
  public AdmissionSnapshot snapshot() {
    int most = limit.current();
    return guard.call(
        () ->
            new AdmissionSnapshot(
                live,
                most,
                queue.size(),
                queueSize,
                admitted,
                rejectedQueueFull,
                rejectedTimedOut));
  }

  /** Returns the queue, which shows its waiters. */
  Synchronizer queue() {
    return queue;
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
