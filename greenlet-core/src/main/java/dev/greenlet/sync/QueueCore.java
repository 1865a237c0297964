package dev.greenlet.sync;

import dev.greenlet.Party;
import dev.greenlet.WaitReason;
import dev.greenlet.spin.SpinGuard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes on in a {@link GreenletQueue}, where the methods are described. */
final class QueueCore<E> {
  private final SpinGuard guard = new SpinGuard();
  private final WaitReason reason;
  private final Store<E> store;
  private final int capacity;
  private final WaitLine<E> takers; // nobody waits here while there is an element
  private final WaitLine<E> putters; // nobody waits here while there is room
  private final WaitLine<Void> joiners;
  private int promised; // room for putters who were woken and have not yet put
  private long unfinished;
  private boolean closed;

  QueueCore(WaitReason reason, Store<E> store, int capacity) {
    this.reason = reason;
    this.store = store;
    this.capacity = capacity;
    this.takers = new WaitLine<>(guard, reason);
    this.putters = new WaitLine<>(guard, reason);
    this.joiners = new WaitLine<>(guard, reason);
  }

  // --- putting
  // ------------------------------------------------------------------------------------

  private enum Step {
    DONE,
    STAGE_AGAIN,
    FULL,
    CLOSED
  }

  /** How far a put has come; the turn is that of a taker who was served, or the putter's own. */
  private record Put<E>(Step step, @Nullable Turn<E> turn) {}

  boolean put(E element, Patience patience) throws InterruptedException {
    boolean promise = false;
    try {
      while (true) {
        Put<E> put = tryPut(store.stage(element), promise, patience);
        switch (put.step) {
          case DONE -> {
            Turn.wake(put.turn);
            return true;
          }
          case STAGE_AGAIN -> {}
          case FULL -> {
            Turn<E> own = put.turn;
            if (own == null || !putters.await(own, patience)) {
              return false;
            }
            if (own.refused) {
              throw closedException("takes nothing more");
            }
            if (store.takesUnstaged()) {
              return true; // by the one who made room
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

  private Put<E> tryPut(Store.Staged<E> staged, boolean promise, Patience patience) {
    guard.lock();
    try {
      if (closed) {
        return new Put<>(Step.CLOSED, null);
      }
      Turn<E> taker = takers.claimFirst();
      if (taker != null) {
        taker.value = staged.element();
        unfinished++;
        return new Put<>(Step.DONE, taker);
      }
      if (!promise && isFull()) {
        return new Put<>(
            Step.FULL, patience.isNone() ? null : putters.join(new Turn<>(staged.element())));
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
    List<Turn<E>> admitted;
    guard.lock();
    try {
      promised--;
      admitted = admitPutters();
    } finally {
      guard.unlock();
    }
    Turn.wake(admitted);
  }

  private boolean isFull() {
    return store.size() + promised >= capacity;
  }

  /** Gives the room there is to those who wait for it. The caller wakes them. */
  private List<Turn<E>> admitPutters() {
    List<Turn<E>> admitted = List.of();
    while (!isFull()) {
      Turn<E> putter = putters.claimFirst();
      if (putter == null) {
        break;
      }
      if (store.takesUnstaged()) {
        add(Store.Staged.plain(putter.handedOver()));
      } else {
        promised++;
      }
      if (admitted.isEmpty()) {
        admitted = new ArrayList<>();
      }
      admitted.add(putter);
    }
    return admitted;
  }

  // --- taking
  // -------------------------------------------------------------------------------------

  @Nullable E take(Patience patience) throws InterruptedException {
    E head;
    Turn<E> own = null;
    List<Turn<E>> admitted = List.of();
    boolean over = false;
    guard.lock();
    try {
      head = store.removeFirst();
      if (head != null) {
        admitted = admitPutters();
      } else if (closed) {
        over = true;
      } else if (!patience.isNone()) {
        own = takers.join(new Turn<>(null));
      }
    } finally {
      guard.unlock();
    }
    Turn.wake(admitted);
    if (own != null) {
      if (!takers.await(own, patience)) {
        return null;
      }
      over = own.refused;
      head = own.value;
    }
    if (over) {
      throw closedException("is empty");
    }
    return head;
  }

  /** Takes the head or nothing, closed or not. */
  @Nullable E takeIfThere() {
    E head;
    List<Turn<E>> admitted;
    guard.lock();
    try {
      head = store.removeFirst();
      admitted = admitPutters();
    } finally {
      guard.unlock();
    }
    Turn.wake(admitted);
    return head;
  }

  @Nullable E peek() {
    guard.lock();
    try {
      return store.first();
    } finally {
      guard.unlock();
    }
  }

  /** Takes out this very element, which counts as done. */
  boolean remove(E element) {
    return drop(element) != 0;
  }

  /** Takes out all elements, which count as done. */
  void clear() {
    drop(null);
  }

  private int drop(@Nullable E element) {
    int dropped;
    List<Turn<E>> admitted;
    List<Turn<Void>> joined;
    guard.lock();
    try {
      if (element == null) {
        dropped = store.size();
        store.clear();
      } else {
        dropped = store.remove(element) ? 1 : 0;
      }
      joined = finish(dropped);
      admitted = admitPutters();
    } finally {
      guard.unlock();
    }
    Turn.wake(joined);
    Turn.wake(admitted);
    return dropped;
  }

  // --- what is to be done
  // -------------------------------------------------------------------------

  boolean taskDone() {
    List<Turn<Void>> joined;
    guard.lock();
    try {
      if (unfinished == 0) {
        return false;
      }
      joined = finish(1);
    } finally {
      guard.unlock();
    }
    Turn.wake(joined);
    return true;
  }

  /** Counts elements as done. Returns who waited for that; the caller wakes them. */
  private List<Turn<Void>> finish(int elements) {
    unfinished = Math.max(0, unfinished - elements);
    return unfinished == 0 ? joiners.claimAll() : List.of();
  }

  boolean join(Patience patience) throws InterruptedException {
    Turn<Void> own;
    guard.lock();
    try {
      if (unfinished == 0) {
        return true;
      }
      if (patience.isNone()) {
        return false;
      }
      own = joiners.join(new Turn<>(null));
    } finally {
      guard.unlock();
    }
    return joiners.await(own, patience);
  }

  long unfinished() {
    guard.lock();
    try {
      return unfinished;
    } finally {
      guard.unlock();
    }
  }

  // --- closing
  // ------------------------------------------------------------------------------------

  void close() {
    List<Turn<E>> inVain;
    guard.lock();
    try {
      inVain = refuseAll();
    } finally {
      guard.unlock();
    }
    Turn.wake(inVain);
  }

  List<E> closeNow() {
    List<Turn<E>> inVain;
    List<E> dropped;
    List<Turn<Void>> joined;
    guard.lock();
    try {
      inVain = refuseAll();
      dropped = store.toList();
      store.clear();
      joined = finish(dropped.size());
    } finally {
      guard.unlock();
    }
    Turn.wake(inVain);
    Turn.wake(joined);
    return dropped;
  }

  private List<Turn<E>> refuseAll() {
    closed = true;
    List<Turn<E>> inVain = new ArrayList<>(takers.refuseAll());
    inVain.addAll(putters.refuseAll());
    return inVain;
  }

  boolean isClosed() {
    guard.lock();
    try {
      return closed;
    } finally {
      guard.unlock();
    }
  }

  private QueueClosedException closedException(String what) {
    return new QueueClosedException(
        "queue '%s' is closed and %s: %s must not use it any longer"
            .formatted(reason.detail(), what, Party.current()));
  }

  // --- to look at
  // ---------------------------------------------------------------------------------

  int size() {
    guard.lock();
    try {
      return store.size();
    } finally {
      guard.unlock();
    }
  }

  int room() {
    guard.lock();
    try {
      return capacity == Integer.MAX_VALUE ? Integer.MAX_VALUE : capacity - store.size() - promised;
    } finally {
      guard.unlock();
    }
  }

  List<E> toList() {
    guard.lock();
    try {
      return store.toList();
    } finally {
      guard.unlock();
    }
  }

  List<Party> waiters() {
    return WaitLine.parties(guard, takers, putters, joiners);
  }
}
