package dev.greenlet.spring.web;

import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * One turn at a time for each key, first come first served. A key that nobody holds or waits for
 * takes no room. Thread-safe; a turn may be ended by any thread.
 */
final class KeyedTurns {
  private final Map<Object, Deque<Waiter>> waiting = new HashMap<>(); // guarded by this

  /** Ends a turn. */
  @FunctionalInterface
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for the turn of a key. A switch point.
   *
   * @throws InterruptedException if the caller is interrupted; it has no turn then
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has no turn then
   */
  Turn await(Object key, String description) throws InterruptedException {
    Waiter waiter = Waiter.ofCurrent();
    synchronized (this) {
      Deque<Waiter> line = waiting.get(key);
      if (line == null) {
        waiting.put(key, new ArrayDeque<>());
        return () -> pass(key);
      }
      line.add(waiter);
    }
    boolean mine = false;
    try {
      waiter.await(new WaitReason(WaitReason.TURN, description));
      mine = true;
    } finally {
      if (!mine) {
        leave(key, waiter);
      }
    }
    return () -> pass(key);
  }

  /** Gives the turn to the next in line. */
  private void pass(Object key) {
    Waiter next;
    synchronized (this) {
      Deque<Waiter> line = waiting.get(key);
      next = line == null ? null : line.poll();
      if (next == null) {
        waiting.remove(key);
      }
    }
    if (next != null) {
      next.wake();
    }
  }

  /** Leaves the line; a turn that came at the same moment goes on to the next. */
  private void leave(Object key, Waiter waiter) {
    boolean stillInLine;
    synchronized (this) {
      Deque<Waiter> line = waiting.get(key);
      stillInLine = line != null && line.remove(waiter);
    }
    if (!stillInLine) {
      pass(key);
    }
  }
}
