package dev.greenlet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A look at all greenlets of a runtime, none of which could go on by itself. A single look proves
 * nothing, for each is seen at a moment of its own. Two looks with the same {@link Proof} do:
 * nobody was spawned or has run in between, and all waited at the end of the first look.
 */
record StuckSnapshot(String runtime, long spawned, List<Seen> seen) {

  /** One greenlet in its endless wait. */
  record Seen(DefaultGreenletTask<?> greenlet, Waiter waiter, long slices) {

    /** Whether the wait ends with what another greenlet does for itself. */
    boolean depends() {
      if (waiter.holder() != null) {
        return !waiter.isHolderTerminated();
      }
      return switch (kind()) {
        case WaitReason.JOIN, WaitReason.TURN, WaitReason.ADMISSION -> true;
        default -> false;
      };
    }

    /** Whether somebody who is no greenlet of the runtime is known to end the wait. */
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

  /** What two looks must have in common. Holds on to nothing. */
  record Proof(long spawned, List<Long> slices) {}

  /** Looks. Returns {@code null} when somebody could go on. Any thread; costs what lives. */
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

  /** Whether nobody is there who should not wait for ever. */
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

  /** Ends the waits that no thread whatever can end. */
  void failWhatIsForEver() {
    String message = report().toString();
    seen.stream()
        .map(Seen::waiter)
        .filter(Waiter::isHolderTerminated)
        .forEach(waiter -> waiter.fail(message));
  }

  /**
   * Ends the waits on which the others depend; these go on when those give up what they have. If
   * all depend on each other, it ends that of the youngest.
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
