package dev.greenlet;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds greenlets that wait for each other, so that none of them can continue. Each greenlet
 * publishes its wait before it searches, so the last one of a cycle sees all of it. A greenlet
 * waits for one other (the holder of a lock, a join), for all of several, or for any of several.
 * Thread-safe.
 */
final class DeadlockDetector {
  // held while a cycle is broken, so that only one wait fails for it
  private static final AtomicBoolean BREAKING = new AtomicBoolean();

  /** A place of a wait that any of several greenlets ends. */
  interface AnyOf extends Synchronizer {

    /** Returns the greenlets, or none if one of them does not wait. Any thread. */
    List<DefaultGreenletTask<?>> ifAllWait();
  }

  /** A greenlet that waits, and the greenlets for which it waits. */
  private record Link(
      DefaultGreenletTask<?> greenlet,
      Waiter waiter,
      List<DefaultGreenletTask<?>> holders,
      boolean any) {

    boolean isStuck(Set<DefaultGreenletTask<?>> stuck) {
      return any ? stuck.containsAll(holders) : holders.stream().anyMatch(stuck::contains);
    }

    StuckReport.Wait describe() {
      return new StuckReport.Wait(
          greenlet, greenlet.lane(), waiter.describe(greenlet.waitingOn()), waiter.holder());
    }
  }

  private DeadlockDetector() {}

  /**
   * Ends the caller's published wait if it closes a cycle, or is for something whose holder has
   * ended and so cannot give it up, unless the wait must not fail. Two equal walks prove a cycle: a
   * greenlet that was in the same wait in both has not acted in between.
   *
   * @throws DeadlockException if the wait is ended; the waiter is abandoned then
   */
  static void failIfDeadlocked(DefaultGreenletTask<?> self, Waiter waiter) {
    if (waiter.place() == null || !waiter.isFailable()) {
      return;
    }
    failIfHolderTerminated(self, waiter);
    List<Link> seen = walk(self);
    if (seen.isEmpty()) {
      return;
    }
    while (!BREAKING.compareAndSet(false, true)) {
      Thread.onSpinWait();
    }
    boolean refused;
    try {
      refused = walk(self).equals(seen) && waiter.abandon();
    } finally {
      BREAKING.set(false);
    }
    if (refused) {
      throw new DeadlockException(message(seen));
    }
  }

  private static void failIfHolderTerminated(DefaultGreenletTask<?> self, Waiter waiter) {
    if (waiter.isHolderTerminated() && waiter.abandon()) {
      Link wait = new Link(self, waiter, List.of(), false);
      throw new DeadlockException(
          "%s: give it up in a finally block, or wait with a timeout".formatted(wait.describe()));
    }
  }

  /**
   * Returns the greenlets that can continue no more, if the given one is among them; otherwise
   * none.
   */
  private static List<Link> walk(DefaultGreenletTask<?> self) {
    Link first = linkOf(self);
    if (first == null || (first.holders.size() == 1 && linkOf(first.holders.getFirst()) == null)) {
      return List.of();
    }
    Map<DefaultGreenletTask<?>, Link> met = new LinkedHashMap<>();
    boolean closed = false;
    Deque<DefaultGreenletTask<?>> left = new ArrayDeque<>();
    left.add(self);
    while (!left.isEmpty()) {
      DefaultGreenletTask<?> next = left.remove();
      Link link = met.containsKey(next) ? null : linkOf(next);
      if (link != null) {
        met.put(next, link);
        closed |= link.holders.contains(self);
        left.addAll(link.holders);
      }
    }
    return closed ? stuck(self, met) : List.of();
  }

  private static List<Link> stuck(
      DefaultGreenletTask<?> self, Map<DefaultGreenletTask<?>, Link> met) {
    Set<DefaultGreenletTask<?>> stuck = new HashSet<>(met.keySet());
    Collection<Link> links = met.values();
    boolean changed;
    do {
      changed = false;
      for (Link link : links) {
        changed |= !link.isStuck(stuck) && stuck.remove(link.greenlet);
      }
    } while (changed);
    return stuck.contains(self)
        ? links.stream().filter(link -> stuck.contains(link.greenlet)).toList()
        : List.of();
  }

  private static @Nullable Link linkOf(DefaultGreenletTask<?> greenlet) {
    Waiter waiter = greenlet.suspender().endlessWait();
    Synchronizer place = waiter == null ? null : waiter.place();
    if (waiter == null || place == null || !waiter.isEndless(greenlet.cancellation())) {
      return null;
    }
    boolean any = place instanceof AnyOf;
    List<DefaultGreenletTask<?>> holders =
        place instanceof AnyOf alternatives ? alternatives.ifAllWait() : holdersOf(place);
    if (holders.isEmpty() || holders.contains(greenlet)) {
      return null;
    }
    return greenlet.suspender().endlessWait() == waiter
        ? new Link(greenlet, waiter, holders, any)
        : null;
  }

  private static List<DefaultGreenletTask<?>> holdersOf(Synchronizer place) {
    return place.holders().stream()
        .map(Strand::greenlet)
        .<DefaultGreenletTask<?>>mapMulti(
            (holder, greenlets) -> {
              if (holder instanceof DefaultGreenletTask<?> greenlet) {
                greenlets.accept(greenlet);
              }
            })
        .toList();
  }

  private static String message(List<Link> cycle) {
    return cycle.stream()
        .map(link -> "\n  " + link.describe())
        .collect(
            Collectors.joining(
                "",
                "None of these %d can continue: take locks in one order everywhere, or wait with a timeout"
                    .formatted(cycle.size()),
                ""));
  }
}
