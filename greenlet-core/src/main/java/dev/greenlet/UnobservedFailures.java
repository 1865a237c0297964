package dev.greenlet;

import dev.greenlet.UncaughtHandler.Origin;
import dev.greenlet.loop.Timers;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The failures of greenlets that have not been observed. Each is reported once, when its grace
 * period has elapsed or the runtime closes, unless it is observed before. Costs in proportion to
 * the unobserved failures. Thread-safe.
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

  /** Adds the failure of a greenlet, which has not been observed yet. */
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

  /** Removes the failure of a greenlet, which was observed. */
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

  /** Reports the failure of a listener. Never waits. */
  void listenerFailed(DefaultGreenletTask<?> greenlet, Throwable failure) {
    lane.execute(() -> callHandler(greenlet, Origin.LISTENER, failure));
  }

  /** Reports the remaining failures now, and later ones without a grace period. */
  void close() {
    closed = true;
    pending.keySet().forEach(this::report);
  }

  private void report(DefaultGreenletTask<?> greenlet) {
    Pending removed = pending.remove(greenlet);
    if (removed != null) {
      forget(removed);
      callHandler(greenlet, Origin.BODY, removed.failure);
    }
  }

  private void callHandler(DefaultGreenletTask<?> greenlet, Origin origin, Throwable failure) {
    try {
      handler.uncaught(greenlet, origin, failure);
    } catch (Throwable handlersOwn) {
      UncaughtHandler.logging().uncaught(greenlet, origin, failure);
      System.getLogger("dev.greenlet")
          .log(Level.WARNING, "UncaughtHandler threw an exception", handlersOwn);
    }
  }
}
