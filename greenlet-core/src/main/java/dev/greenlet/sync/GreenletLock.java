package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * A re-entrant lock, strictly fair: on release it passes to the one who waits longest. It belongs
 * to the greenlet that took it, or to the thread if that is no greenlet, and may be held across
 * switch points. Unlike a lock of the JDK it knows its holder and its waiters, and a kill ends the
 * wait for it, {@link #lock()} included.
 *
 * <p>Thread-safe; usable from any thread, greenlet or not, and from several hubs. What was done
 * before {@link #unlock()} happens before what follows the next {@link #lock()}. See the
 * {@linkplain dev.greenlet.sync package} for what all primitives promise.
 */
public final class GreenletLock implements Lock, Synchronizer {
  private static final String KIND = "lock";

  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Integer> waiting; // handed over: how many holds the new owner begins with
  private @Nullable Strand
      owner; // only the owner finds itself here without the guard, and is right
  private int holds;

  /** Creates a lock without a name. */
  public GreenletLock() {
    this("");
  }

  /**
   * Creates a lock.
   *
   * @param name what it is called where waits are shown
   */
  public GreenletLock(String name) {
    this.waiting = new WaitQueue<>(guard, new WaitReason(KIND, name));
  }

  /**
   * Takes the lock, whatever interrupts come; the interrupt status survives. Any thread. A switch
   * point, unless the lock is free or the caller's.
   *
   * @throws dev.greenlet.DeadlockException if the caller is a greenlet and closes a circle of waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it has no lock then
   */
  @Override
  public void lock() {
    WaitNode<Integer> own = takeOrQueue();
    if (own != null) {
      waiting.awaitUninterruptibly(own, waitReason());
    }
  }

  /**
   * Takes the lock. Any thread. A switch point, unless the lock is free or the caller's.
   *
   * @throws InterruptedException if the caller is interrupted before, or while it waits; it has no
   *     lock then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it has no lock then
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    failIfInterrupted();
    WaitNode<Integer> own = takeOrQueue();
    if (own != null) {
      waiting.await(own, WaitLimit.ENDLESS);
    }
  }

  /**
   * Takes the lock if it is free or the caller's. Any thread; never waits.
   *
   * @return whether the caller holds the lock
   */
  @Override
  public boolean tryLock() {
    return guard.call(() -> takeNow());
  }

  /**
   * Takes the lock if it can be had in time. Any thread. A switch point, unless the lock is free or
   * the caller's.
   *
   * @param time how long; zero or less looks once
   * @param unit the unit of {@code time}
   * @return whether the caller holds the lock
   * @throws InterruptedException if the caller is interrupted before, or while it waits; it has no
   *     lock then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it has no lock then
   */
  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    failIfInterrupted();
    WaitLimit limit = WaitLimit.of(time, unit);
    if (limit.isNone()) {
      return tryLock();
    }
    WaitNode<Integer> own = takeOrQueue();
    return own == null || waiting.await(own, limit);
  }

  /** Takes the lock, or joins the queue and returns the wait. */
  private @Nullable WaitNode<Integer> takeOrQueue() {
    return guard.call(() -> takeNow() ? null : waiting.join(1).at(this));
  }

  private boolean takeNow() {
    Strand holder = owner;
    if (holder == null) {
      owner = Strand.current();
    } else if (!holder.isCurrent()) {
      return false;
    }
    holds++;
    return true;
  }

  /**
   * Gives up one hold; with the last one the lock passes to the one who waits longest. The holder
   * only; never waits.
   *
   * @throws IllegalMonitorStateException if the caller does not hold the lock
   */
  @Override
  public void unlock() {
    if (isForeign()) {
      throw notHeldByCaller("be released by");
    }
    guard.run(
        () -> {
          if (--holds == 0) {
            passOn();
          }
        });
  }

  /**
   * Creates a condition of this lock. Its waits name the lock and are told as kind {@code
   * condition}. Any thread.
   *
   * @return the condition
   */
  @Override
  public Condition newCondition() {
    return new LockCondition(this, guard, waitReason().detail());
  }

  /**
   * Whether the caller holds the lock. Any thread.
   *
   * @return whether it does
   */
  public boolean isHeldByCurrent() {
    return !isForeign();
  }

  /**
   * Who holds the lock. Any thread; outdated at once.
   *
   * @return the holder, or {@code null}
   */
  @Override
  public @Nullable Strand holder() {
    return guard.call(() -> owner);
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
    Strand holder = holder();
    return describe() + (holder == null ? " (free)" : " (held by " + holder + ")");
  }

  IllegalMonitorStateException notHeldByCaller(String whatCannot) {
    Strand holder = holder();
    return new IllegalMonitorStateException(
        "%s is held by %s and cannot %s %s: only its holder may do that"
            .formatted(
                describe(), holder == null ? "nobody" : holder, whatCannot, Strand.current()));
  }

  static void failIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  // --- for the conditions
  // -------------------------------------------------------------------------

  boolean isForeign() {
    Strand holder = owner;
    return holder == null || !holder.isCurrent();
  }

  /** How often the caller, which is the holder, has taken the lock. */
  int holds() {
    return holds;
  }

  /** Grants the lock to a claimed wait, now or when it is free. Under the guard. */
  void admit(WaitNode<Integer> claimed) {
    waiting.add(claimed.at(this));
    if (owner == null) {
      passOn();
    }
  }

  /** Gives up all holds at once. Under the guard. */
  void passOn() {
    WaitNode<Integer> next = waiting.grantFirst();
    owner = next == null ? null : next.strand();
    holds = next == null ? 0 : next.handedOver();
  }
}
