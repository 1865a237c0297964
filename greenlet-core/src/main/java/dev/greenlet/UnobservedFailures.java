package dev.greenlet;

import dev.greenlet.UncaughtHandler.Origin;
import dev.greenlet.loop.Timers;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The failures of greenlets that nobody has looked at. Each is reported once, when its grace is
 * over or the runtime closes, unless somebody looks before. Costs what is unobserved.
 */
final class UnobservedFailures {
  private final UncaughtHandler handler;
  private final long graceNanos;
  private final SharedLane lane;
  private final ConcurrentMap<DefaultGreenletTask<?>, Pending> pending = new ConcurrentHashMap<>();
  private volatile boolean closed;

  UnobservedFailures(UncaughtHandler handler, Duration grace, SharedLane lane) {
    this.handler = handler;
    this.graceNanos = Durations.toNanos(grace);
    this.lane = lane;
  }

  private static final class Pending {
    final Throwable failure;
    volatile Timers.@Nullable Timer timer;

    Pending(Throwable failure) {
      this.failure = failure;
    }
  }

  /** A greenlet has failed, and nobody has looked yet. */
  void add(DefaultGreenletTask<?> greenlet, Throwable failure) {
    Pending added = new Pending(failure);
    pending.put(greenlet, added);
    if (closed) {
      report(greenlet);
      return;
    }
    Timers timers = lane.scheduler().timers();
    added.timer =
        timers.schedule(timers.nanoTime() + graceNanos, () -> lane.execute(() -> report(greenlet)));
    if (!pending.containsKey(greenlet)) {
      forget(added); // observed in between
    }
  }

  /** Somebody has looked. */
  void observed(DefaultGreenletTask<?> greenlet) {
    Pending removed = pending.remove(greenlet);
    if (removed != null) {
      forget(removed);
    }
  }

  private static void forget(Pending removed) {
    Timers.Timer timer = removed.timer;
    if (timer != null) {
      timer.cancel();
    }
  }

  /** A listener has failed. */
  void listenerFailed(DefaultGreenletTask<?> greenlet, Throwable failure) {
    lane.execute(() -> tell(greenlet, Origin.LISTENER, failure));
  }

  /** Reports what is left, and from now on without a grace. */
  void close() {
    closed = true;
    pending.keySet().forEach(this::report);
  }

  private void report(DefaultGreenletTask<?> greenlet) {
    Pending removed = pending.remove(greenlet);
    if (removed != null) {
      forget(removed);
      tell(greenlet, Origin.BODY, removed.failure);
    }
  }

  private void tell(DefaultGreenletTask<?> greenlet, Origin origin, Throwable failure) {
    try {
      handler.uncaught(greenlet, origin, failure);
    } catch (Throwable handlersOwn) {
      UncaughtHandler.logging().uncaught(greenlet, origin, failure);
      System.getLogger("dev.greenlet")
          .log(Level.WARNING, "The handler of uncaught failures failed itself", handlersOwn);
    }
  }
}
