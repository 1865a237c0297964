package dev.greenlet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of all greenlets of a runtime, none of which can continue by itself. A single snapshot
 * proves nothing, because each greenlet is seen at a different moment. Two snapshots with the same
 * {@link Proof} do: no greenlet was spawned or has run in between, and all waited at the end of the
 * first one.
 */
record StuckSnapshot(String runtime, long spawned, List<Seen> seen) {

  /** A greenlet in a wait without a timeout. */
  record Seen(DefaultGreenletTask<?> greenlet, Waiter waiter, long slices) {

    /** Returns whether the wait ends when another greenlet releases what it holds, or ends. */
    boolean depends() {
      if (waiter.holder() != null) {
        return !waiter.isHolderTerminated();
      }
      return switch (kind()) {
        case WaitReason.JOIN, WaitReason.TURN, WaitReason.ADMISSION -> true;
        default -> false;
      };
    }

    /** Returns whether a party outside the runtime is known that may end the wait. */
    boolean mayBeWoken() {
      return waiter.isFromOutside()
          || switch (kind()) {
            case WaitReason.SOCKET, WaitReason.JDBC, WaitReason.HTTP, WaitReason.REACTOR -> true;
            default -> waiter.holder() instanceof Strand holder && isAliveElsewhere(holder);
          };
    }

    private boolean isAliveElsewhere(Strand holder) {
      boolean here =
          holder.greenlet() instanceof DefaultGreenletTask<?> other
              && other.environment() == greenlet.environment();
      return !here && !holder.hasEnded();
    }

    private String kind() {
      WaitReason reason = greenlet.waitingOn();
      return reason == null ? "" : reason.kind();
    }

    StuckReport.Wait describe() {
      return new StuckReport.Wait(
          greenlet, greenlet.lane(), waiter.describe(greenlet.waitingOn()), waiter.holder());
    }
  }

  /** The state that two snapshots must have in common. Refers to no greenlet. */
  record Proof(long spawned, List<Long> slices) {}

  /**
   * Takes a snapshot. Returns {@code null} if a greenlet can continue. Any thread; costs in
   * proportion to the live greenlets.
   */
  static @Nullable StuckSnapshot look(String runtime, LiveGreenlets live) {
    long spawned = live.spawned();
    List<Seen> seen = new ArrayList<>();
    for (DefaultGreenletTask<?> greenlet : live.all()) {
      Waiter waiter =
          greenlet.suspender().endlessWait(); // before the slices; none once it has ended
      if (waiter == null || !waiter.isEndless(greenlet.cancellation())) {
        return null;
      }
      Seen wait = new Seen(greenlet, waiter, greenlet.switches());
      if (wait.mayBeWoken()) {
        return null;
      }
      seen.add(wait);
    }
    seen.sort(Comparator.comparingLong(each -> each.greenlet.id()));
    return new StuckSnapshot(runtime, spawned, seen);
  }

  /** Returns whether all greenlets are daemons, which may wait forever. */
  boolean isIdle() {
    return seen.stream().allMatch(each -> each.greenlet.isDaemon());
  }

  Proof proof() {
    List<Long> slices = new ArrayList<>(2 * seen.size());
    for (Seen each : seen) {
      slices.add(each.greenlet.id());
      slices.add(each.slices);
    }
    return new Proof(spawned, slices);
  }

  StuckReport report() {
    return new StuckReport(runtime, seen.stream().map(Seen::describe).toList());
  }

  /** Fails the waits that no thread can end, because the holder has terminated. */
  void failWaitsForTerminated() {
    String message = report().toString();
    seen.stream()
        .map(Seen::waiter)
        .filter(Waiter::isHolderTerminated)
        .forEach(waiter -> waiter.fail(message));
  }

  /**
   * Fails the waits on which the others depend; the others continue when those give up what they
   * hold. If all depend on each other, fails that of the youngest greenlet.
   */
  void fail() {
    String message = report() + "\nWake them, close what they wait at, or wait with a timeout";
    List<Seen> candidates = seen.stream().filter(each -> !each.greenlet.isDaemon()).toList();
    long failed =
        candidates.stream().filter(each -> !each.depends() && each.waiter.fail(message)).count();
    if (failed == 0) {
      boolean _ = candidates.reversed().stream().anyMatch(each -> each.waiter.fail(message));
    }
  }
}
