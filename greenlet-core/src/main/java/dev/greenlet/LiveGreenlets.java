package dev.greenlet;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished greenlets of a runtime. Costs in proportion to the live greenlets, and nothing for
 * those that have ended. Thread-safe.
 */
final class LiveGreenlets {
  private static final WaitReason EMPTINESS =
      new WaitReason(WaitReason.JOIN, "all greenlets of the runtime");

  private final ConcurrentMap<Long, DefaultGreenletTask<?>> known = new ConcurrentHashMap<>();
  private final Set<Waiter> waitingForNone = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicLong lastId = new AtomicLong();

  /** Returns the id of the next greenlet. */
  long nextId() {
    return lastId.incrementAndGet();
  }

  /** Returns how many greenlets have been created so far. */
  long spawned() {
    return lastId.get();
  }

  void add(DefaultGreenletTask<?> greenlet) {
    unfinished.incrementAndGet();
    known.put(greenlet.id(), greenlet);
  }

  /** Counts a greenlet as ended. It stays known until it {@linkplain #left has left}. */
  void ended() {
    if (unfinished.decrementAndGet() == 0 && !waitingForNone.isEmpty()) {
      waitingForNone.forEach(Waiter::wake);
    }
  }

  /** Removes a greenlet that has ended and has called its listeners. */
  void left(DefaultGreenletTask<?> greenlet) {
    known.remove(greenlet.id());
  }

  @Nullable DefaultGreenletTask<?> find(long id) {
    DefaultGreenletTask<?> found = known.get(id);
    return found == null || found.isDone() ? null : found;
  }

  /** Returns the greenlet of a slice, even if it has ended and is calling its listeners. */
  @Nullable DefaultGreenletTask<?> find(Slice slice) {
    for (DefaultGreenletTask<?> candidate : known.values()) {
      if (slice.isOf(candidate.thread())) {
        return candidate;
      }
    }
    return null;
  }

  /**
   * Returns the unfinished greenlets, and those that have ended and are calling their listeners.
   */
  Collection<DefaultGreenletTask<?>> all() {
    return known.values();
  }

  int size() {
    return known.size();
  }

  /** Waits until all greenlets have ended. Returns {@code false} if the time elapses before. */
  boolean awaitNone(Duration timeout) throws InterruptedException {
    Waiter waiter = Waiter.ofCurrent();
    waitingForNone.add(waiter);
    try {
      return unfinished.get() == 0 || waiter.await(EMPTINESS, Durations.toNanos(timeout));
    } finally {
      waitingForNone.remove(waiter);
    }
  }
}
