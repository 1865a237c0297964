package dev.greenlet.sync;

import dev.greenlet.Awaitable;
import dev.greenlet.Party;
import dev.greenlet.WaitReason;
import dev.greenlet.spin.SpinGuard;
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
public final class GreenletLock implements Lock, Awaitable {
  private static final String KIND = "lock";

  private final SpinGuard guard = new SpinGuard();
  private final WaitReason reason;
  private final WaitLine<Integer> waiting; // handed over: how many holds the new owner begins with
  private @Nullable Party owner;
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
    this.reason = new WaitReason(KIND, name);
    this.waiting = new WaitLine<>(guard, reason);
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
    Turn<Integer> own = takeOrQueue();
    if (own != null) {
      waiting.awaitUninterruptibly(own);
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
    Turn<Integer> own = takeOrQueue();
    if (own != null) {
      waiting.await(own, Patience.ENDLESS);
    }
  }

  /**
   * Takes the lock if it is free or the caller's. Any thread; never waits.
   *
   * @return whether the caller holds the lock
   */
  @Override
  public boolean tryLock() {
    guard.lock();
    try {
      return takeNow();
    } finally {
      guard.unlock();
    }
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
    Patience patience = Patience.of(time, unit);
    if (patience.isNone()) {
      return tryLock();
    }
    Turn<Integer> own = takeOrQueue();
    return own == null || waiting.await(own, patience);
  }

  /** Takes the lock, or takes a place in line and returns that. */
  private @Nullable Turn<Integer> takeOrQueue() {
    guard.lock();
    try {
      if (takeNow()) {
        return null;
      }
      Turn<Integer> own = waiting.join(new Turn<>(1));
      own.waiter.at(this);
      return own;
    } finally {
      guard.unlock();
    }
  }

  private boolean takeNow() {
    if (owner == null) {
      owner = Party.current();
    } else if (!owner.isCurrent()) {
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
    Turn<Integer> next = null;
    boolean foreign;
    guard.lock();
    try {
      foreign = isForeign();
      if (!foreign && --holds == 0) {
        next = passOn();
      }
    } finally {
      guard.unlock();
    }
    if (foreign) {
      throw notHeldByCaller("be released by");
    }
    Turn.wake(next);
  }

  /**
   * Creates a condition of this lock. Its waits name the lock and are told as kind {@code
   * condition}. Any thread.
   *
   * @return the condition
   */
  @Override
  public Condition newCondition() {
    return new LockCondition(this, guard, reason.detail());
  }

  /**
   * Whether the caller holds the lock. Any thread.
   *
   * @return whether it does
   */
  public boolean isHeldByCurrent() {
    guard.lock();
    try {
      return !isForeign();
    } finally {
      guard.unlock();
    }
  }

  /**
   * Who holds the lock. Any thread; outdated at once.
   *
   * @return the holder, or {@code null}
   */
  @Override
  public @Nullable Party holder() {
    guard.lock();
    try {
      return owner;
    } finally {
      guard.unlock();
    }
  }

  @Override
  public WaitReason waitReason() {
    return reason;
  }

  @Override
  public List<Party> waiters() {
    return WaitLine.parties(guard, waiting);
  }

  @Override
  public String toString() {
    Party holder = holder();
    return describe() + (holder == null ? " (free)" : " (held by " + holder + ")");
  }

  IllegalMonitorStateException notHeldByCaller(String whatCannot) {
    Party holder = holder();
    return new IllegalMonitorStateException(
        "%s is held by %s and cannot %s %s: only its holder may do that"
            .formatted(
                describe(), holder == null ? "nobody" : holder, whatCannot, Party.current()));
  }

  private static void failIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  // --- for the conditions, with the guard held
  // ----------------------------------------------------

  boolean isForeign() {
    return owner == null || !owner.isCurrent();
  }

  /** Gives up all holds at once. Returns who is to be woken. */
  @Nullable Turn<Integer> releaseAll() {
    return passOn();
  }

  int holds() {
    return holds;
  }

  /** Lets a claimed turn go on once it has the lock. Returns it if that is now. */
  @Nullable Turn<Integer> admit(Turn<Integer> claimed) {
    if (owner != null) {
      waiting.join(claimed);
      claimed.waiter.at(this);
      return null;
    }
    giveTo(claimed);
    return claimed;
  }

  private @Nullable Turn<Integer> passOn() {
    Turn<Integer> next = waiting.claimFirst();
    if (next == null) {
      owner = null;
      holds = 0;
    } else {
      giveTo(next);
    }
    return next;
  }

  private void giveTo(Turn<Integer> next) {
    owner = next.party;
    holds = next.handedOver();
  }
}
