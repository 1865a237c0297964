package dev.greenlet.sync;

import dev.greenlet.Party;
import dev.greenlet.WaitReason;
import dev.greenlet.spin.SpinGuard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait at one place, first come first served. A linked list, so that who leaves early
 * costs nothing. Every method but {@link #await} is called with the guard held.
 *
 * @param <V> the type of what is handed over
 */
final class WaitLine<V> {
  private final SpinGuard guard;
  private final WaitReason reason;
  private @Nullable Turn<V> first;
  private @Nullable Turn<V> last;

  WaitLine(SpinGuard guard, WaitReason reason) {
    this.guard = guard;
    this.reason = reason;
  }

  Turn<V> join(Turn<V> turn) {
    turn.before = last;
    if (last == null) {
      first = turn;
    } else {
      last.behind = turn;
    }
    last = turn;
    turn.inLine = true;
    return turn;
  }

  void leave(Turn<V> turn) {
    if (!turn.inLine) {
      return;
    }
    Turn<V> before = turn.before;
    Turn<V> behind = turn.behind;
    if (before == null) {
      first = behind;
    } else {
      before.behind = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.before = before;
    }
    turn.before = null;
    turn.behind = null;
    turn.inLine = false;
  }

  /** Takes out the first who still waits, and claims it. The caller wakes it. */
  @Nullable Turn<V> claimFirst() {
    for (Turn<V> turn = first; turn != null; turn = first) {
      leave(turn);
      if (turn.claim()) {
        return turn;
      }
    }
    return null;
  }

  /** Takes out and claims all who still wait. The caller wakes them. */
  List<Turn<V>> claimAll() {
    if (first == null) {
      return List.of();
    }
    List<Turn<V>> claimed = new ArrayList<>();
    for (Turn<V> turn = claimFirst(); turn != null; turn = claimFirst()) {
      claimed.add(turn);
    }
    return claimed;
  }

  /** Tells all who still wait that it is in vain. The caller wakes them. */
  List<Turn<V>> refuseAll() {
    List<Turn<V>> refused = claimAll();
    for (Turn<V> turn : refused) {
      turn.refused = true;
    }
    return refused;
  }

  private void addParties(List<Party> parties) {
    for (Turn<V> turn = first; turn != null; turn = turn.behind) {
      parties.add(turn.party);
    }
  }

  /** A snapshot of who waits in any of the lines of a guard. Takes the guard. */
  static List<Party> parties(SpinGuard guard, WaitLine<?>... lines) {
    List<Party> parties = new ArrayList<>();
    guard.lock();
    try {
      for (WaitLine<?> line : lines) {
        line.addParties(parties);
      }
    } finally {
      guard.unlock();
    }
    return parties;
  }

  /**
   * Waits for the caller's turn, without the guard. Whose turn does not come leaves the line,
   * whether by return or by exception.
   *
   * @return whether the turn came
   */
  boolean await(Turn<V> turn, Patience patience) throws InterruptedException {
    boolean served = false;
    try {
      served = patience.await(turn.waiter, reason);
      return served;
    } finally {
      if (!served) {
        leaveUnguarded(turn);
      }
    }
  }

  /** The same, for ever and whatever interrupts come. */
  void awaitUninterruptibly(Turn<V> turn) {
    boolean served = false;
    try {
      turn.waiter.awaitUninterruptibly(reason);
      served = true;
    } finally {
      if (!served) {
        leaveUnguarded(turn);
      }
    }
  }

  private void leaveUnguarded(Turn<V> turn) {
    guard.lock();
    try {
      leave(turn);
    } finally {
      guard.unlock();
    }
  }
}
