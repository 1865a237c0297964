package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.List;

/**
 * A counting semaphore, strictly fair: a released permit goes to the longest-waiting caller, and no
 * later caller can overtake it. Permits have no owner: any thread may release.
 *
 * <p>Thread-safe: {@linkplain dev.greenlet.sync any thread} may call every method. Actions before
 * {@link #release()} happen before the actions that follow the acquisition it allows.
 */
public final class GreenletSemaphore implements Synchronizer {
  private static final String KIND = "semaphore";

  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> waiting;
  private final int maxPermits;
  private int permits; // positive only while no caller waits

  /**
   * Creates a semaphore without a name, which may be released more often than it was acquired.
   *
   * @param permits the initial number of permits
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public GreenletSemaphore(int permits) {
    this(permits, "");
  }

  /**
   * Creates a semaphore that may be released more often than it was acquired.
   *
   * @param permits the initial number of permits
   * @param name the name that wait reasons show
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public GreenletSemaphore(int permits, String name) {
    this(permits, Integer.MAX_VALUE, name);
  }

  /**
   * Creates a semaphore with a wait reason of its own, which may be released more often than it was
   * acquired.
   *
   * @param permits the initial number of permits
   * @param reason the wait reason of its waiters
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public GreenletSemaphore(int permits, WaitReason reason) {
    this(permits, Integer.MAX_VALUE, reason);
  }

  private GreenletSemaphore(int permits, int maxPermits, String name) {
    this(permits, maxPermits, new WaitReason(KIND, name));
  }

  private GreenletSemaphore(int permits, int maxPermits, WaitReason reason) {
    if (permits < 0) {
      throw new IllegalArgumentException(
          "'permits' of %s '%s' must not be negative, was %d"
              .formatted(reason.kind(), reason.detail(), permits));
    }
    this.waiting = new WaitQueue<>(guard, reason);
    this.permits = permits;
    this.maxPermits = maxPermits;
  }

  /**
   * Creates a semaphore that never has more permits than initially.
   *
   * @param permits the initial number of permits
   * @param name the name that wait reasons show
   * @return the semaphore
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public static GreenletSemaphore bounded(int permits, String name) {
    return new GreenletSemaphore(permits, permits, name);
  }

  /**
   * Acquires a permit, waiting for one if necessary. Any thread. A switch point if it waits.
   *
   * @throws InterruptedException if the caller is interrupted while it waits; it has no permit
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it has no permit
   */
  public void acquire() throws InterruptedException {
    acquire(WaitLimit.ENDLESS);
  }

  /**
   * Acquires a permit if one is available. Any thread; never waits.
   *
   * @return whether a permit was acquired
   */
  public boolean tryAcquire() {
    return guard.call(() -> takeOne());
  }

  /**
   * Acquires a permit, waiting up to {@code timeout} for one if necessary. Any thread. A switch
   * point if it waits.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @return whether a permit was acquired
   * @throws InterruptedException if the caller is interrupted while it waits; it has no permit
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it has no permit
   */
  public boolean tryAcquire(Duration timeout) throws InterruptedException {
    return acquire(WaitLimit.of(timeout));
  }

  private boolean acquire(WaitLimit limit) throws InterruptedException {
    return waiting.awaitUnless(this::takeOne, limit);
  }

  private boolean takeOne() {
    if (permits <= 0) {
      return false;
    }
    permits--;
    return true;
  }

  /**
   * Reduces the number of permits, below zero if necessary: then as many must be released before
   * the next acquisition succeeds. Permits that are held are unaffected. Any thread; never waits.
   *
   * @param reduction the number of permits to remove
   * @throws IllegalArgumentException if {@code reduction} is negative
   */
  public void reducePermits(int reduction) {
    if (reduction < 0) {
      throw new IllegalArgumentException(
          "'reduction' of %s must not be negative, was %d".formatted(describe(), reduction));
    }
    guard.lock();
    permits -= reduction;
    guard.unlock();
  }

  /**
   * Releases a permit: it goes to the longest-waiting caller, otherwise back to the semaphore. Any
   * thread, whether it acquired one or not; never waits.
   *
   * @throws IllegalStateException if the semaphore is bounded and has all its permits
   */
  public void release() {
    boolean surplus = false;
    guard.lock();
    try {
      if (permits < 0 || waiting.grantFirst() == null) {
        surplus = permits == maxPermits;
        permits += surplus ? 0 : 1;
      }
    } finally {
      guard.unlock();
    }
    if (surplus) {
      throw new IllegalStateException(
          "%s has all its %d permits and cannot be released by %s: release once for each acquire"
              .formatted(describe(), maxPermits, Strand.current()));
    }
  }

  /**
   * Returns the number of available permits, which may change at once. Any thread; never waits.
   *
   * @return the number of permits, negative after a reduction that is not yet made up for
   */
  public int availablePermits() {
    return guard.call(() -> permits);
  }

  @Override
  public WaitReason waitReason() {
    return waiting.waitReason();
  }

  @Override
  public List<Strand> waiters() {
    return waiting.waiters();
  }

  @Override
  public String toString() {
    return "%s (%d permits)".formatted(describe(), availablePermits());
  }
}
