package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A barrier at which a fixed number of greenlets or threads wait for each other, reusable after
 * each release. A party that leaves early (timeout, kill, interrupt) breaks the barrier for all,
 * until {@link #reset()}.
 *
 * <p>Thread-safe: {@linkplain dev.greenlet.sync any thread} may call every method. Actions of a
 * party before {@link #await()} happen before the barrier action, and the barrier action happens
 * before the actions of every party that follow its {@code await()}.
 */
public final class GreenletBarrier implements Synchronizer {
  private static final String KIND = "barrier";
  private static final Runnable NOTHING = () -> {};

  private final WaitGuard guard = new WaitGuard();
  private final WaitQueue<Void> waiting;
  private final int parties;
  private final Runnable action;
  private int arrived;
  private volatile boolean broken; // written under the guard

  /**
   * Creates a barrier without a name.
   *
   * @param parties the number of parties
   * @throws IllegalArgumentException if {@code parties} is less than one
   */
  public GreenletBarrier(int parties) {
    this(parties, "");
  }

  /**
   * Creates a barrier.
   *
   * @param parties the number of parties
   * @param name the name that wait reasons show
   * @throws IllegalArgumentException if {@code parties} is less than one
   */
  public GreenletBarrier(int parties, String name) {
    this(parties, name, NOTHING);
  }

  /**
   * Creates a barrier with an action. The last party to arrive runs it before the others are
   * released; it may wait. If it throws, the barrier is broken, and the last party throws the same.
   *
   * @param parties the number of parties
   * @param name the name that wait reasons show
   * @param action run each time all parties have arrived
   * @throws IllegalArgumentException if {@code parties} is less than one
   */
  public GreenletBarrier(int parties, String name, Runnable action) {
    if (parties < 1) {
      throw new IllegalArgumentException(
          "'parties' of barrier '%s' must be at least 1, was %d".formatted(name, parties));
    }
    this.waiting =
        new WaitQueue<>(guard, new WaitReason(KIND, name)) {
          @Override
          protected void onLeave(WaitNode<Void> left) {
            breakUp(true);
          }
        };
    this.parties = parties;
    this.action = action;
  }

  /**
   * Waits until all parties have arrived. Any thread. A switch point, unless the caller is the last
   * to arrive.
   *
   * @return the number of parties that had yet to arrive: zero for the last
   * @throws BrokenBarrierException if the barrier is broken, or is broken or reset during the wait
   * @throws InterruptedException if the caller is interrupted while it waits; this breaks the
   *     barrier
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; this breaks the
   *     barrier
   */
  public int await() throws InterruptedException, BrokenBarrierException {
    try {
      return await(WaitLimit.ENDLESS, null);
    } catch (TimeoutException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /**
   * Waits up to {@code timeout} until all parties have arrived. Any thread. A switch point, unless
   * the caller is the last to arrive.
   *
   * @param timeout the longest time to wait; zero or less breaks the barrier unless the caller is
   *     the last to arrive
   * @return the number of parties that had yet to arrive: zero for the last
   * @throws TimeoutException if the wait times out; this breaks the barrier
   * @throws BrokenBarrierException if the barrier is broken, or is broken or reset during the wait
   * @throws InterruptedException if the caller is interrupted while it waits; this breaks the
   *     barrier
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; this breaks the
   *     barrier
   */
  public int await(Duration timeout)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    return await(WaitLimit.of(timeout), timeout);
  }

  private int await(WaitLimit limit, @Nullable Duration timeout)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    WaitNode<Void> own = null;
    List<WaitNode<Void>> others = List.of();
    int missing = 0;
    boolean complete = false;
    guard.lock();
    try {
      if (!broken) {
        missing = parties - ++arrived;
        if (missing > 0) {
          own = waiting.join(null);
        } else {
          arrived = 0;
          others = waiting.claimAll();
          broken = others.size() < parties - 1; // a party is leaving at this moment
          complete = !broken;
        }
      }
    } finally {
      guard.unlock();
    }
    if (own != null) {
      awaitOthers(own, limit, timeout);
    } else if (complete) {
      runAction(others);
    } else {
      refuse(others);
      throw new BrokenBarrierException(describe() + " is broken: call reset()");
    }
    return missing;
  }

  /**
   * Runs the action for the last party. The others are claimed, so none of them can leave any more.
   */
  private void runAction(List<WaitNode<Void>> others) {
    boolean done = false;
    try {
      action.run();
      done = true;
    } finally {
      if (done) {
        others.forEach(WaitNode::wake);
      } else {
        refuse(others);
        guard.run(() -> breakUp(true));
      }
    }
  }

  private void awaitOthers(WaitNode<Void> own, WaitLimit limit, @Nullable Duration timeout)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    if (!waiting.await(own, limit)) {
      throw new TimeoutException(
          "%s was not reached by all %d parties within %s".formatted(describe(), parties, timeout));
    }
    if (own.isRefused()) {
      throw new BrokenBarrierException(
          describe() + " broke because one of its parties left, failed or reset it");
    }
  }

  /**
   * Resets the barrier to its initial state. Parties that wait fail with {@link
   * BrokenBarrierException}. Any thread; never waits.
   */
  public void reset() {
    guard.run(() -> breakUp(false));
  }

  private void breakUp(boolean toBroken) {
    broken = toBroken;
    arrived = 0;
    waiting.refuseAll();
  }

  private static void refuse(List<WaitNode<Void>> claimed) {
    for (WaitNode<Void> node : claimed) {
      node.refuse();
      node.wake();
    }
  }

  /**
   * Returns whether the barrier is broken. Any thread.
   *
   * @return {@code true} if {@link #reset()} is required
   */
  public boolean isBroken() {
    return broken;
  }

  /**
   * Returns the number of parties. Any thread.
   *
   * @return the number of parties
   */
  public int parties() {
    return parties;
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
    return "%s (%d of %d parties waiting)".formatted(describe(), waiters().size(), parties);
  }
}
