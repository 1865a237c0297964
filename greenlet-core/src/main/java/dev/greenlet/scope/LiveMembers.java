package dev.greenlet.scope;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import dev.greenlet.sync.WaitLimit;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The unfinished greenlets of a scope or pool. Thread-safe. */
final class LiveMembers {
  private final String group;
  private final WaitReason emptiness;
  private final Set<GreenletTask<?>> live = ConcurrentHashMap.newKeySet();
  private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();

  LiveMembers(String group) {
    this.group = group;
    this.emptiness = new WaitReason(WaitReason.JOIN, "all greenlets of the " + group);
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

  /** Returns the unfinished greenlets, in the order of their ids. */
  List<GreenletTask<?>> live() {
    return live.stream()
        .sorted(Comparator.<GreenletTask<?>>comparingLong(GreenletTask::id))
        .toList();
  }

  void kill(String reason) {
    killAtOnce(live(), reason);
  }

  /** Kills greenlets without waiting for them. */
  static void killAtOnce(Collection<? extends GreenletTask<?>> targets, String reason) {
    try {
      Greenlets.killAll(targets, reason, Duration.ZERO);
    } catch (InterruptedException impossible) {
      throw new AssertionError("a kill with a timeout of zero does not wait", impossible);
    }
  }

  /** Waits until there are none. Returns {@code false} if the wait timed out. */
  boolean awaitNone(@Nullable Duration timeout) throws InterruptedException {
    failIfMember();
    Waiter waiter = Waiter.ofCurrent();
    waiting.add(waiter);
    try {
      if (live.isEmpty()) {
        return true;
      }
      if (timeout != null) {
        return waiter.await(emptiness, WaitLimit.of(timeout).nanos());
      }
      waiter.at(new Emptiness()).await(emptiness);
      return true;
    } finally {
      waiting.remove(waiter);
    }
  }

  /** The synchronizer of that wait, held by all unfinished greenlets. */
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
      return List.of(); // not asked for by the detection of deadlocks
    }
  }

  /** Waits until there are none, regardless of interrupts and kills, which stay pending. */
  void awaitNoneUncancellably() {
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
          "%s belongs to the %s and would wait for itself forever: let its owner do that"
              .formatted(caller, group));
    }
  }
}
