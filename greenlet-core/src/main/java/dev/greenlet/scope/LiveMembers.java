package dev.greenlet.scope;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The unfinished greenlets of a scope or pool. Thread-safe. */
final class LiveMembers {
  private final String what;
  private final WaitReason emptiness;
  private final Set<GreenletTask<?>> live = ConcurrentHashMap.newKeySet();
  private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();

  LiveMembers(String what) {
    this.what = what;
    this.emptiness = new WaitReason(WaitReason.JOIN, "all greenlets of the " + what);
  }

  void add(GreenletTask<?> member) {
    live.add(member);
  }

  void remove(GreenletTask<?> member) {
    live.remove(member);
    if (live.isEmpty()) {
      waiting.forEach(Waiter::wake);
    }
  }

  boolean isEmpty() {
    return live.isEmpty();
  }

  /** Those that live, in the order of their ids. */
  List<GreenletTask<?>> live() {
    return live.stream()
        .sorted(Comparator.<GreenletTask<?>>comparingLong(GreenletTask::id))
        .toList();
  }

  void kill(String reason) {
    killAtOnce(live(), reason);
  }

  /** Kills without waiting. */
  static void killAtOnce(Collection<? extends GreenletTask<?>> victims, String reason) {
    try {
      Greenlets.killAll(victims, reason, Duration.ZERO);
    } catch (InterruptedException impossible) {
      throw new AssertionError("it does not wait", impossible);
    }
  }

  /** Waits until none lives. Returns whether that came true in time. */
  boolean awaitNone(@Nullable Duration timeout) throws InterruptedException {
    failIfMember();
    Waiter waiter = Waiter.ofCurrent();
    waiting.add(waiter);
    try {
      if (live.isEmpty()) {
        return true;
      }
      if (timeout != null) {
        return waiter.await(emptiness, nanos(timeout));
      }
      waiter.at(new Emptiness()).await(emptiness);
      return true;
    } finally {
      waiting.remove(waiter);
    }
  }

  /** The ends of all that live, which a waiter waits for. */
  private final class Emptiness implements Synchronizer {
    @Override
    public WaitReason waitReason() {
      return emptiness;
    }

    @Override
    public List<Strand> holders() {
      return live.stream().map(Strand::of).toList();
    }

    @Override
    public List<Strand> waiters() {
      return List.of(); // nothing asks one wait for the others
    }
  }

  /** Waits until none lives, whatever comes: an interrupt stays set, a kill stays pending. */
  void awaitNoneWhateverComes() {
    boolean interrupted = false;
    while (!isEmpty()) {
      try {
        Greenlets.shielded(() -> awaitNone(null));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  void failIfMember() {
    GreenletTask<?> caller = Greenlets.currentOrNull();
    if (caller != null && live.contains(caller)) {
      throw new IllegalStateException(
          "%s belongs to the %s and would wait for itself for ever: let its owner do that"
              .formatted(caller, what));
    }
  }

  static long nanos(Duration timeout) {
    try {
      return Math.max(0, timeout.toNanos());
    } catch (ArithmeticException tooLong) {
      return Long.MAX_VALUE / 2;
    }
  }
}
