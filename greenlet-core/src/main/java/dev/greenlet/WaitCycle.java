package dev.greenlet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a circle of greenlets that wait for each other. Everybody publishes its wait before it
 * looks, so the last one to come sees the whole circle.
 */
final class WaitCycle {
  private static final AtomicBoolean BREAKING = new AtomicBoolean(); // one circle, one victim

  private record Link(
      DefaultGreenletTask<?> greenlet, Waiter waiter, DefaultGreenletTask<?> holder) {
    StuckReport.Wait describe() {
      return new StuckReport.Wait(
          greenlet, greenlet.lane(), waiter.describe(greenlet.waitingOn()), waiter.holder());
    }
  }

  private WaitCycle() {}

  /**
   * Ends the caller's published wait if it closes a circle, or if it is for what somebody holds who
   * has ended and can give it up no more. Two equal walks prove one: nobody who was in the same
   * wait in both has acted in between.
   *
   * @throws DeadlockException if it does; the waiter is abandoned then
   */
  static void refuse(DefaultGreenletTask<?> self, Waiter waiter) {
    refuseTheDead(self, waiter);
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

  private static void refuseTheDead(DefaultGreenletTask<?> self, Waiter waiter) {
    if (waiter.isHeldByTheDead() && waiter.abandon()) {
      Link wait = new Link(self, waiter, self);
      throw new DeadlockException(
          "%s: give it up in a finally block, or wait with a timeout".formatted(wait.describe()));
    }
  }

  /** The circle from a greenlet to itself, or nothing. */
  private static List<Link> walk(DefaultGreenletTask<?> self) {
    List<Link> path = new ArrayList<>();
    int limit = self.runtime().registry().size() + 1; // a circle without the caller has no end
    Link link = linkOf(self);
    while (link != null && path.size() <= limit) {
      path.add(link);
      if (link.holder == self) {
        return path;
      }
      link = linkOf(link.holder);
    }
    return List.of();
  }

  private static @Nullable Link linkOf(DefaultGreenletTask<?> greenlet) {
    Waiter waiter = greenlet.switcher().endlessWait();
    Awaitable place = waiter == null ? null : waiter.place();
    Party holder = place == null ? null : place.holder();
    if (waiter == null
        || !(holder != null && holder.greenlet() instanceof DefaultGreenletTask<?> next)
        || next == greenlet
        || !waiter.isEndless(greenlet.signals())) {
      return null;
    }
    return greenlet.switcher().endlessWait() == waiter ? new Link(greenlet, waiter, next) : null;
  }

  private static String message(List<Link> circle) {
    return circle.stream()
        .map(link -> "\n  " + link.describe())
        .collect(
            Collectors.joining(
                "",
                "None of these %d can go on: take locks in one order everywhere, or wait with a timeout"
                    .formatted(circle.size()),
                ""));
  }
}
