package dev.greenlet;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The unfinished greenlets of a runtime. Costs what lives, and nothing for what has ended. */
final class Registry {
  private static final WaitReason EMPTINESS =
      new WaitReason(WaitReason.JOIN, "all greenlets of the runtime");

  private final ConcurrentMap<Long, DefaultGreenletTask<?>> live = new ConcurrentHashMap<>();
  private final Set<Waiter> waitingForNone = ConcurrentHashMap.newKeySet();
  private final AtomicInteger leaving = new AtomicInteger();

  void add(DefaultGreenletTask<?> greenlet) {
    live.put(greenlet.id(), greenlet);
  }

  /** Forgets a greenlet, which then has to say that it {@linkplain #left() has left}. */
  void remove(DefaultGreenletTask<?> greenlet) {
    leaving.incrementAndGet();
    live.remove(greenlet.id());
    if (!waitingForNone.isEmpty() && live.isEmpty()) {
      waitingForNone.forEach(Waiter::wake);
    }
  }

  /** One that was removed has told everybody of its end. */
  void left() {
    leaving.decrementAndGet();
  }

  /** Whether one that was removed has yet to wake those who wait for its end. */
  boolean isAnyLeaving() {
    return leaving.get() != 0;
  }

  @Nullable DefaultGreenletTask<?> find(long id) {
    return live.get(id);
  }

  Collection<DefaultGreenletTask<?>> all() {
    return live.values();
  }

  int size() {
    return live.size();
  }

  /** Waits until there is none. Returns whether that came true in time. */
  boolean awaitNone(Duration timeout) throws InterruptedException {
    Waiter waiter = Waiter.ofCurrent();
    waitingForNone.add(waiter);
    try {
      return live.isEmpty() || waiter.await(EMPTINESS, Durations.toNanos(timeout));
    } finally {
      waitingForNone.remove(waiter);
    }
  }
}
