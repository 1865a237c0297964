package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.List;

/**
 * A number of permits, strictly fair: a permit that is released goes to the one who waits longest,
 * and nobody can snatch it on the way. Permits belong to nobody; any thread may release.
 *
 * <p>Thread-safe; usable from any thread, greenlet or not, and from several hubs. What was done
 * before {@link #release()} happens before what follows the acquisition it allowed. See the
 * {@linkplain dev.greenlet.sync package} for what all primitives promise.
 */
public final class GreenletSemaphore implements Synchronizer {
  private static final String KIND = "semaphore";

  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> waiting;
  private final int most;
  private int permits; // positive only while nothing waits

  /**
   * Creates a semaphore without a name, which may be released more often than it was acquired.
   *
   * @param permits how many permits there are at first
   * @throws IllegalArgumentException if they are negative
   */
  public GreenletSemaphore(int permits) {
    this(permits, "");
  }

  /**
   * Creates a semaphore that may be released more often than it was acquired.
   *
   * @param permits how many permits there are at first
   * @param name what it is called where waits are shown
   * @throws IllegalArgumentException if they are negative
   */
  public GreenletSemaphore(int permits, String name) {
    this(permits, Integer.MAX_VALUE, name);
  }

  /**
   * Creates a semaphore for what has a kind of its own where waits are shown, and that may be
   * released more often than it was acquired.
   *
   * @param permits how many permits there are at first
   * @param reason what those who wait are shown to wait for
   * @throws IllegalArgumentException if the permits are negative
   */
  public GreenletSemaphore(int permits, WaitReason reason) {
    this(permits, Integer.MAX_VALUE, reason);
  }

  private GreenletSemaphore(int permits, int most, String name) {
    this(permits, most, new WaitReason(KIND, name));
  }

  private GreenletSemaphore(int permits, int most, WaitReason reason) {
    if (permits < 0) {
      throw new IllegalArgumentException(
          "'permits' of %s '%s' must not be negative, was %d"
              .formatted(reason.kind(), reason.detail(), permits));
    }
    this.waiting = new WaitQueue<>(guard, reason);
    this.permits = permits;
    this.most = most;
  }

  /**
   * Creates a semaphore that refuses to have more permits than at first.
   *
   * @param permits how many permits there are at first
   * @param name what it is called where waits are shown
   * @return the semaphore
   * @throws IllegalArgumentException if they are negative
   */
  public static GreenletSemaphore bounded(int permits, String name) {
    return new GreenletSemaphore(permits, permits, name);
  }

  /**
   * Takes a permit, waiting for it if need be. Any thread. A switch point, unless there is one.
   *
   * @throws InterruptedException if the caller is interrupted while it waits; it has no permit then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it has no permit then
   */
  public void acquire() throws InterruptedException {
    acquire(WaitLimit.ENDLESS);
  }

  /**
   * Takes a permit if there is one. Any thread; never waits.
   *
   * @return whether the caller has a permit
   */
  public boolean tryAcquire() {
    return guard.call(() -> takeOne());
  }

  /**
   * Takes a permit, waiting for it if need be, but not for longer than {@code timeout}. Any thread.
   * A switch point, unless there is one.
   *
   * @param timeout how long; zero or less looks once
   * @return whether the caller has a permit
   * @throws InterruptedException if the caller is interrupted while it waits; it has no permit then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it has no permit then
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
   * Takes permits that need not be there: until as many more have been released, nobody gets one.
   * Those who have theirs keep it. Any thread; never waits.
   *
   * @param reduction how many
   * @throws IllegalArgumentException if they are negative
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
   * Gives a permit to the one who waits longest, or back. Any thread, whether it acquired one or
   * not; never waits.
   *
   * @throws IllegalStateException if the semaphore is bounded and has all its permits
   */
  public void release() {
    boolean refused = false;
    guard.lock();
    try {
      if (permits < 0 || waiting.grantFirst() == null) {
        refused = permits == most;
        permits += refused ? 0 : 1;
      }
    } finally {
      guard.unlock();
    }
    if (refused) {
      throw new IllegalStateException(
          "%s has all its %d permits and cannot be released by %s: release once for each acquire"
              .formatted(describe(), most, Strand.current()));
    }
  }

  /**
   * How many permits could be taken at once. Any thread; outdated at once.
   *
   * @return the number of permits, negative for as many as are owed after a reduction
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
