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
 * A place where a number of greenlets or threads wait for each other, again and again. Who leaves
 * without waiting for the others (timeout, kill, interrupt) breaks it for all, until {@link
 * #reset()}.
 *
 * <p>Thread-safe; usable from any thread, greenlet or not, and from several hubs. What each did
 * before it came happens before the action, and that before what any of them does after. See the
 * {@linkplain dev.greenlet.sync package} for what all primitives promise.
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
   * @param parties how many wait for each other
   * @throws IllegalArgumentException if there are less than one
   */
  public GreenletBarrier(int parties) {
    this(parties, "");
  }

  /**
   * Creates a barrier.
   *
   * @param parties how many wait for each other
   * @param name what it is called where waits are shown
   * @throws IllegalArgumentException if there are less than one
   */
  public GreenletBarrier(int parties, String name) {
    this(parties, name, NOTHING);
  }

  /**
   * Creates a barrier with an action. It is run by the one who comes last, before any of the others
   * goes on, and may wait. If it throws, the barrier is broken.
   *
   * @param parties how many wait for each other
   * @param name what it is called where waits are shown
   * @param action what is done each time all are there
   * @throws IllegalArgumentException if there are less than one
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
   * Waits until all are there. Any thread. A switch point, unless the caller is the last.
   *
   * @return how many were still missing when the caller came: zero for the last
   * @throws BrokenBarrierException if the barrier is broken, or breaks or is reset meanwhile
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
   * Waits until all are there, but not for longer than {@code timeout}. Any thread. A switch point,
   * unless the caller is the last.
   *
   * @param timeout how long; zero or less breaks the barrier unless the caller is the last
   * @return how many were still missing when the caller came: zero for the last
   * @throws TimeoutException when the time is up; this breaks the barrier
   * @throws BrokenBarrierException if the barrier is broken, or breaks or is reset meanwhile
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
          broken = others.size() < parties - 1; // one is just leaving
          complete = !broken;
        }
      }
    } finally {
      guard.unlock();
    }
    if (own != null) {
      awaitOthers(own, limit, timeout);
    } else if (complete) {
      act(others);
    } else {
      refuse(others);
      throw new BrokenBarrierException(describe() + " is broken: reset it");
    }
    return missing;
  }

  /** The part of the last one: the others are claimed, so none of them can leave any more. */
  private void act(List<WaitNode<Void>> others) {
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
   * Makes the barrier usable again, with no strand there. For the parties that wait it is broken.
   * Any thread; never waits.
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
   * Whether the barrier is broken. Any thread.
   *
   * @return whether it must be reset
   */
  public boolean isBroken() {
    return broken;
  }

  /**
   * How many wait for each other.
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
    return "%s (%d of %d are waiting)".formatted(describe(), waiters().size(), parties);
  }
}
