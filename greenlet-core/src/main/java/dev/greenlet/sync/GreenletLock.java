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
 * A reentrant, strictly fair lock: a release passes it to the longest-waiting caller. Its owner is
 * the greenlet that acquired it, or the thread if that is not a greenlet, and may hold it across
 * switch points. In contrast to the locks of the JDK it reports its {@linkplain #holder() owner}
 * and its {@linkplain #waiters() waiters}, and a kill ends every wait for it, including {@link
 * #lock()}.
 *
 * <p>Thread-safe: {@linkplain dev.greenlet.sync any thread} may call every method. Actions before
 * the release of the lock happen before the actions that follow its next acquisition.
 */
public final class GreenletLock implements Lock, Synchronizer {
  private static final String KIND = "lock";

  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Integer> waiting; // handed over: the number of holds of the next owner
  // Read without the guard too: only its owner finds itself here, and that reading is exact.
  private @Nullable Strand owner;
  private int holds;

  /** Creates a lock without a name. */
  public GreenletLock() {
    this("");
  }

  /**
   * Creates a lock.
   *
   * @param name the name that wait reasons show
   */
  public GreenletLock(String name) {
    this.waiting = new WaitQueue<>(guard, new WaitReason(KIND, name));
  }

  /**
   * Acquires the lock, regardless of interrupts; the interrupt status is preserved. Any thread. A
   * switch point, unless the lock is free or held by the caller.
   *
   * @throws dev.greenlet.DeadlockException if the caller is a greenlet and its wait completes a
   *     cycle of waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; the lock is not
   *     acquired
   */
  @Override
  public void lock() {
    WaitNode<Integer> own = takeOrQueue();
    if (own != null) {
      waiting.awaitUninterruptibly(own, waitReason());
    }
  }

  /**
   * Acquires the lock. Any thread. A switch point, unless the lock is free or held by the caller.
   *
   * @throws InterruptedException if the caller is interrupted before or during the wait; the lock
   *     is not acquired
   * @throws dev.greenlet.DeadlockException if the caller is a greenlet and its wait completes a
   *     cycle of waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; the lock is not
   *     acquired
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
   * Acquires the lock if it is free or held by the caller. Any thread; never waits.
   *
   * @return whether the caller holds the lock
   */
  @Override
  public boolean tryLock() {
    return guard.call(() -> takeNow());
  }

  /**
   * Acquires the lock if it becomes available in time. Any thread. A switch point, unless the lock
   * is free or held by the caller.
   *
   * @param time the longest time to wait; zero or less does not wait
   * @param unit the unit of {@code time}
   * @return whether the caller holds the lock
   * @throws InterruptedException if the caller is interrupted before or during the wait; the lock
   *     is not acquired
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; the lock is not
   *     acquired
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

  /** Acquires the lock and returns {@code null}, or joins the queue and returns the wait. */
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
   * Releases one hold; the release of the last one passes the lock to the longest-waiting caller.
   * The owner only; never waits.
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
   * Creates a condition of this lock, whose wait reasons have the kind {@code condition} and the
   * name of the lock. Any thread; never waits. The waits of the condition are switch points. A
   * kill, an interrupt or a timeout that ends one takes effect once the lock is held again.
   *
   * @return the condition
   */
  @Override
  public Condition newCondition() {
    return new LockCondition(this, guard, waitReason().detail());
  }

  /**
   * Returns whether the caller holds the lock. Any thread.
   *
   * @return {@code true} if the caller is the owner
   */
  public boolean isHeldByCurrent() {
    return !isForeign();
  }

  /**
   * Returns the owner, which may change at once. Any thread.
   *
   * @return the owner, or {@code null} if the lock is free
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

  IllegalMonitorStateException notHeldByCaller(String use) {
    Strand holder = holder();
    return new IllegalMonitorStateException(
        "%s is %s and cannot %s %s: only its owner can do that"
            .formatted(
                describe(),
                holder == null ? "not held" : "held by " + holder,
                use,
                Strand.current()));
  }

  static void failIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  // --- for the conditions -----------------------------------------------------------------------

  boolean isForeign() {
    Strand holder = owner;
    return holder == null || !holder.isCurrent();
  }

  /** Returns the number of holds. The owner only. */
  int holds() {
    return holds;
  }

  /** Grants the lock to a claimed wait, immediately or when the lock is free. Under the guard. */
  void admit(WaitNode<Integer> claimed) {
    waiting.add(claimed.at(this));
    if (owner == null) {
      passOn();
    }
  }

  /** Releases all holds at once. Under the guard. */
  void passOn() {
    WaitNode<Integer> next = waiting.grantFirst();
    owner = next == null ? null : next.strand();
    holds = next == null ? 0 : next.handedOver();
  }
}
