package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.WaitReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes on in a {@link GreenletQueue}, where the methods are described. */
final class QueueCore<E> {
  private final WaitGuard guard = new WaitGuard();
  private final WaitReason reason;
  private final Store<E> store;
  private final int capacity;
  private final WaitQueue<E> takers; // nobody waits here while there is an element
  private final WaitQueue<E> putters; // nobody waits here while there is room
  private final WaitQueue<Void> joiners;
  private int promised; // room for putters that were granted and have not yet put
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

  // --- putting
  // ------------------------------------------------------------------------------------

  private enum Step {
    DONE,
    STAGE_AGAIN,
    FULL,
    CLOSED
  }

  /** How far a put has come, and the wait that it goes on with. */
  private record Put<E>(Step step, @Nullable WaitNode<E> own) {}

  boolean put(E element, WaitLimit limit) throws InterruptedException {
    boolean promise = false;
    try {
      while (true) {
        Put<E> put = tryPut(store.stage(element), promise, limit);
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
              throw closedException("takes nothing more");
            }
            if (store.takesUnstaged()) {
              return true; // added by the taker that made room
            }
            promise = true;
          }
          case CLOSED -> throw closedException("takes nothing more");
        }
      }
    } finally {
      if (promise) {
        keepPromise();
      }
    }
  }

  private Put<E> tryPut(Store.Staged<E> staged, boolean promise, WaitLimit limit) {
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
      if (!promise && isFull()) {
        return new Put<>(Step.FULL, limit.isNone() ? null : putters.join(staged.element()));
      }
      return new Put<>(add(staged) ? Step.DONE : Step.STAGE_AGAIN, null);
    } finally {
      guard.unlock();
    }
  }

  private boolean add(Store.Staged<E> staged) {
    if (!store.commit(staged)) {
      return false;
    }
    unfinished++;
    return true;
  }

  /** Ends what was promised to a putter: the room is used now, or free for another. */
  private void keepPromise() {
    guard.run(
        () -> {
          promised--;
          admitPutters();
        });
  }

  private boolean isFull() {
    return store.size() + promised >= capacity;
  }

  /** Gives the room there is to those that wait for it. */
  private void admitPutters() {
    while (!isFull()) {
      WaitNode<E> putter = putters.grantFirst();
      if (putter == null) {
        return;
      }
      if (store.takesUnstaged()) {
        add(Store.Staged.plain(putter.handedOver()));
      } else {
        promised++;
      }
    }
  }

  // --- taking
  // -------------------------------------------------------------------------------------

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

  /** Takes the head or nothing, closed or not. */
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

  /** Takes out this very element, which counts as done. */
  boolean remove(E element) {
    return guard.call(
        () -> {
          boolean removed = store.remove(element);
          finish(removed ? 1 : 0);
          admitPutters();
          return removed;
        });
  }

  /** Takes out all elements, which count as done. */
  void clear() {
    guard.run(() -> dropAll());
  }

  private void dropAll() {
    int dropped = store.size();
    store.clear();
    finish(dropped);
    admitPutters();
  }

  // --- what is to be done
  // -------------------------------------------------------------------------

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

  // --- closing
  // ------------------------------------------------------------------------------------

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

  private QueueClosedException closedException(String what) {
    return new QueueClosedException(
        "queue '%s' is closed and %s: %s must not use it any longer"
            .formatted(reason.detail(), what, Strand.current()));
  }

  // --- to look at
  // ---------------------------------------------------------------------------------

  int size() {
    return guard.call(() -> store.size());
  }

  int room() {
    return guard.call(
        () ->
            capacity == Integer.MAX_VALUE ? Integer.MAX_VALUE : capacity - store.size() - promised);
  }

  List<E> toList() {
    return guard.call(() -> store.toList());
  }

  List<Strand> waiters() {
    return WaitQueue.waiters(guard, takers, putters, joiners);
  }
}
