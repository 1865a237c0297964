package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.WaitReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations of a {@link GreenletQueue}, which specifies them. */
final class QueueCore<E> {
  private final WaitGuard guard = new WaitGuard();
  private final WaitReason reason;
  private final Store<E> store;
  private final int capacity;
  private final WaitQueue<E> takers; // empty while an element is available
  private final WaitQueue<E> putters; // empty while the queue has room
  private final WaitQueue<Void> joiners;
  private int reserved; // room for granted putters that have not put their element yet
  private long unfinished;
  private volatile boolean closed; // written under the guard

  QueueCore(WaitReason reason, Store<E> store, int capacity) {
    this.reason = reason;
    this.store = store;
    this.capacity = capacity;
    this.takers = new WaitQueue<>(guard, reason);
    this.putters = new WaitQueue<>(guard, reason);
    this.joiners = new WaitQueue<>(guard, reason);
  }

  // --- putting ----------------------------------------------------------------------------------

  private enum Step {
    DONE,
    STAGE_AGAIN,
    FULL,
    CLOSED
  }

  /** The outcome of an attempt to put, and the wait to continue with. */
  private record Put<E>(Step step, @Nullable WaitNode<E> own) {}

  boolean put(E element, WaitLimit limit) throws InterruptedException {
    boolean holdsReservation = false;
    try {
      while (true) {
        Put<E> put = tryPut(store.stage(element, guard), holdsReservation, limit);
        switch (put.step) {
          case DONE -> {
            return true;
          }
          case STAGE_AGAIN -> {}
          case FULL -> {
            WaitNode<E> own = put.own;
            if (own == null || !putters.await(own, limit)) {
              return false;
            }
            if (own.isRefused()) {
              throw closedException("accepts no elements");
            }
            if (!store.needsStaging()) {
              return true; // added by the taker that made room
            }
            holdsReservation = true;
          }
          case CLOSED -> throw closedException("accepts no elements");
        }
      }
    } finally {
      if (holdsReservation) {
        releaseReservation();
      }
    }
  }

  private Put<E> tryPut(Store.Staged<E> staged, boolean holdsReservation, WaitLimit limit) {
    guard.lock();
    try {
      if (closed) {
        return new Put<>(Step.CLOSED, null);
      }
      WaitNode<E> taker = takers.grantFirst();
      if (taker != null) {
        taker.give(staged.element());
        unfinished++;
        return new Put<>(Step.DONE, null);
      }
      if (!holdsReservation && isFull()) {
        return new Put<>(Step.FULL, limit.isNone() ? null : putters.join(staged.element()));
      }
      return new Put<>(add(staged) ? Step.DONE : Step.STAGE_AGAIN, null);
    } finally {
      guard.unlock();
    }
  }

  private boolean add(Store.Staged<E> staged) {
    if (!store.add(staged)) {
      return false;
    }
    unfinished++;
    return true;
  }

  /** Ends the reservation of a putter: the room is used now, or available to another putter. */
  private void releaseReservation() {
    guard.run(
        () -> {
          reserved--;
          admitPutters();
        });
  }

  private boolean isFull() {
    return store.size() + reserved >= capacity;
  }

  /** Gives the available room to the waiting putters. */
  private void admitPutters() {
    while (!isFull()) {
      WaitNode<E> putter = putters.grantFirst();
      if (putter == null) {
        return;
      }
      if (store.needsStaging()) {
        reserved++;
      } else {
        add(Store.Staged.anywhere(putter.handedOver()));
      }
    }
  }

  // --- taking -----------------------------------------------------------------------------------

  @Nullable E take(WaitLimit limit) throws InterruptedException {
    WaitNode<E> own = null;
    boolean over;
    guard.lock();
    try {
      E head = removeFirst();
      if (head != null) {
        return head;
      }
      over = closed;
      if (!over && !limit.isNone()) {
        own = takers.join(null);
      }
    } finally {
      guard.unlock();
    }
    if (own != null && !takers.await(own, limit)) {
      return null;
    }
    if (over || (own != null && own.isRefused())) {
      throw closedException("is empty");
    }
    return own == null ? null : own.value();
  }

  /** Takes the head, closed or not; {@code null} if the queue is empty. */
  @Nullable E takeIfThere() {
    return guard.call(() -> removeFirst());
  }

  private @Nullable E removeFirst() {
    E head = store.removeFirst();
    admitPutters();
    return head;
  }

  @Nullable E peek() {
    return guard.call(() -> store.first());
  }

  /** Removes an element, compared by identity, and counts it as done. */
  boolean remove(E element) {
    return guard.call(
        () -> {
          boolean removed = store.remove(element);
          finish(removed ? 1 : 0);
          admitPutters();
          return removed;
        });
  }

  /** Removes all elements and counts them as done. */
  void clear() {
    guard.run(() -> dropAll());
  }

  private void dropAll() {
    int dropped = store.size();
    store.clear();
    finish(dropped);
    admitPutters();
  }

  // --- unfinished elements ----------------------------------------------------------------------

  boolean taskDone() {
    return guard.call(
        () -> {
          boolean due = unfinished > 0;
          finish(due ? 1 : 0);
          return due;
        });
  }

  /** Counts elements as done. */
  private void finish(int elements) {
    unfinished = Math.max(0, unfinished - elements);
    if (unfinished == 0) {
      joiners.grantAll();
    }
  }

  boolean join(WaitLimit limit) throws InterruptedException {
    return joiners.awaitUnless(() -> unfinished == 0, limit);
  }

  long unfinished() {
    return guard.call(() -> unfinished);
  }

  // --- closing ----------------------------------------------------------------------------------

  void close() {
    guard.run(() -> refuseAll());
  }

  List<E> closeNow() {
    return guard.call(
        () -> {
          refuseAll();
          List<E> dropped = store.toList();
          dropAll();
          return dropped;
        });
  }

  private void refuseAll() {
    closed = true;
    takers.refuseAll();
    putters.refuseAll();
  }

  boolean isClosed() {
    return closed;
  }

  private QueueClosedException closedException(String consequence) {
    return new QueueClosedException(
        "queue '%s' is closed and %s: %s must not use it any longer"
            .formatted(reason.detail(), consequence, Strand.current()));
  }

  // --- inspection -------------------------------------------------------------------------------

  int size() {
    return guard.call(() -> store.size());
  }

  int room() {
    return guard.call(
        () ->
            capacity == Integer.MAX_VALUE ? Integer.MAX_VALUE : capacity - store.size() - reserved);
  }

  List<E> toList() {
    return guard.call(() -> store.toList());
  }

  List<Strand> waiters() {
    return WaitQueue.waiters(guard, takers, putters, joiners);
  }
}
