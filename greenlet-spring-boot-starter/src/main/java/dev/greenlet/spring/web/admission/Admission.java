package dev.greenlet.spring.web.admission;

import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import dev.greenlet.spring.web.admission.LiveLimit.Ending;
import dev.greenlet.spring.web.admission.LiveLimit.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Admits so many requests at once, lets so many more wait in line for so long, first come first
 * served, and refuses the others. Thread-safe; usable from any thread, greenlet or not.
 *
 * <p>A place that becomes free goes to the one who waits longest, who is claimed before it is
 * woken: so it cannot be lost to one who leaves the line at that moment, nor taken by one who has
 * just come.
 */
public final class Admission {
  private final LiveLimit limit;
  private final int queueSize;
  private final Duration queueTimeout;
  private final LongSupplier nanoTime;

  // guarded by this
  private final Set<Waiter> line = new LinkedHashSet<>(); // in order, and left at no cost
  private int live;
  private long admitted;
  private long refusedAtOnce;
  private long refusedLater;

  /**
   * Creates an admission with nobody in it.
   *
   * @param limit how many may live at once
   * @param queueSize how many may wait in line
   * @param queueTimeout for how long
   * @param nanoTime the clock that requests are measured by, in nanoseconds of arbitrary origin
   * @throws IllegalArgumentException if {@code queueSize} or {@code queueTimeout} is negative
   */
  public Admission(LiveLimit limit, int queueSize, Duration queueTimeout, LongSupplier nanoTime) {
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
  }

  /**
   * Asks for admission, waiting in line for it if need be. A switch point, if it waits.
   *
   * @throws InterruptedException if the caller is interrupted while it waits; it has left then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it has left then
   */
  Entry enter() throws InterruptedException {
    Waiter waiter;
    int present;
    int ahead;
    synchronized (this) {
      present = live;
      ahead = line.size();
      if (ahead == 0 && present < limit.current()) {
        live++;
        admitted++;
        return new Permit(this, nanoTime.getAsLong(), live);
      }
      if (ahead >= queueSize) {
        refusedAtOnce++;
        return new Refusal.LineFull(present, ahead);
      }
      waiter = Waiter.ofCurrent();
      line.add(waiter);
    }
    return await(
        waiter,
        new WaitReason(
            WaitReason.ADMISSION,
            "came as number %d in line, %d live".formatted(ahead + 1, present)));
  }

  private Entry await(Waiter waiter, WaitReason reason) throws InterruptedException {
    boolean called = false;
    try {
      called = waiter.await(reason, queueTimeout.toNanos());
    } finally {
      if (!called) {
        leaveLine(waiter);
      }
    }
    synchronized (this) {
      if (called) {
        return new Permit(this, nanoTime.getAsLong(), live); // counted by the one who called
      }
      refusedLater++;
      return new Refusal.WaitedTooLong(queueTimeout, live);
    }
  }

  private synchronized void leaveLine(Waiter waiter) {
    line.remove(waiter);
  }

  /** Takes one out who was live, and calls in whom there is room for then. Any thread. */
  void leave(long start, int liveThen, Ending ending) {
    try {
      limit.onEnd(new Sample(start, nanoTime.getAsLong() - start, liveThen, ending));
    } finally {
      makeRoom();
    }
  }

  private void makeRoom() {
    List<Waiter> called = new ArrayList<>(1);
    synchronized (this) {
      live--;
      Iterator<Waiter> next = line.iterator();
      while (live < limit.current() && next.hasNext()) {
        Waiter waiter = next.next();
        next.remove();
        if (waiter.claim()) {
          live++;
          admitted++;
          called.add(waiter);
        }
      }
    }
    called.forEach(Waiter::wake);
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
  public synchronized AdmissionSnapshot snapshot() {
    return new AdmissionSnapshot(
        live, limit.current(), line.size(), queueSize, admitted, refusedAtOnce, refusedLater);
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
