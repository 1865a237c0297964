package dev.greenlet.sync;

import dev.greenlet.Awaitable;
import dev.greenlet.Party;
import dev.greenlet.WaitReason;
import dev.greenlet.spin.SpinGuard;
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
public final class GreenletBarrier implements Awaitable {
  private static final String KIND = "barrier";
  private static final Runnable NOTHING = () -> {};

  private final SpinGuard guard = new SpinGuard();
  private final WaitReason reason;
  private final WaitLine<Void> waiting;
  private final int parties;
  private final Runnable action;
  private int arrived;
  private boolean broken;

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
    this.reason = new WaitReason(KIND, name);
    this.waiting = new WaitLine<>(guard, reason);
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
      return await(Patience.ENDLESS, null);
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
    return await(Patience.of(timeout), timeout);
  }

  private int await(Patience patience, @Nullable Duration timeout)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    Turn<Void> own = null;
    List<Turn<Void>> others = List.of();
    boolean alreadyBroken;
    int missing = 0;
    guard.lock();
    try {
      alreadyBroken = broken;
      if (!alreadyBroken) {
        missing = parties - ++arrived;
        if (missing > 0) {
          own = waiting.join(new Turn<>(null));
        } else {
          arrived = 0;
          others = waiting.claimAll();
          broken = others.size() < parties - 1; // one is just leaving
          alreadyBroken = broken;
        }
      }
    } finally {
      guard.unlock();
    }
    if (alreadyBroken) {
      refuse(others);
      throw new BrokenBarrierException(describe() + " is broken: reset it");
    }
    if (own == null) {
      act(others);
    } else {
      awaitOthers(own, patience, timeout);
    }
    return missing;
  }

  /** The last one's part: the others are claimed, so none of them can leave any more. */
  private void act(List<Turn<Void>> others) {
    boolean done = false;
    try {
      action.run();
      done = true;
    } finally {
      if (done) {
        Turn.wake(others);
      } else {
        refuse(others);
        refuse(disband(true));
      }
    }
  }

  private void awaitOthers(Turn<Void> own, Patience patience, @Nullable Duration timeout)
      throws InterruptedException, BrokenBarrierException, TimeoutException {
    boolean served = false;
    try {
      served = patience.await(own.waiter, reason);
    } finally {
      if (!served) {
        leave(own);
      }
    }
    if (!served) {
      throw new TimeoutException(
          "%s was not reached by all %d parties within %s".formatted(describe(), parties, timeout));
    }
    if (own.refused) {
      throw new BrokenBarrierException(
          describe() + " broke because one of its parties left, failed or reset it");
    }
  }

  /**
   * Makes the barrier usable again, with nobody there. Those who wait are told that it is broken.
   * Any thread; never waits.
   */
  public void reset() {
    refuse(disband(false));
  }

  /**
   * Breaks the barrier for those the caller came with, unless they have gone on or away already.
   */
  private void leave(Turn<Void> own) {
    List<Turn<Void>> left = List.of();
    guard.lock();
    try {
      if (own.inLine) {
        waiting.leave(own);
        left = breakUp(true);
      }
    } finally {
      guard.unlock();
    }
    Turn.wake(left);
  }

  private List<Turn<Void>> disband(boolean toBroken) {
    guard.lock();
    try {
      return breakUp(toBroken);
    } finally {
      guard.unlock();
    }
  }

  private List<Turn<Void>> breakUp(boolean toBroken) {
    broken = toBroken;
    arrived = 0;
    return waiting.refuseAll();
  }

  private static void refuse(List<Turn<Void>> claimed) {
    for (Turn<Void> turn : claimed) {
      turn.refused = true;
    }
    Turn.wake(claimed);
  }

  /**
   * Whether the barrier is broken. Any thread.
   *
   * @return whether it must be reset
   */
  public boolean isBroken() {
    guard.lock();
    try {
      return broken;
    } finally {
      guard.unlock();
    }
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
    return reason;
  }

  @Override
  public List<Party> waiters() {
    return WaitLine.parties(guard, waiting);
  }

  @Override
  public String toString() {
    return "%s (%d of %d are waiting)".formatted(describe(), waiters().size(), parties);
  }
}
