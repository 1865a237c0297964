package dev.greenlet.spring.web.turn;

import dev.greenlet.Awaitable;
import dev.greenlet.Party;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One turn at a time for each key, first come first served. A key that nobody holds or waits for
 * takes no room. Thread-safe.
 *
 * <p>Not the semaphores and locks of the core: a turn is ended by any thread but has a holder, so
 * that a circle of turns is found, and its line is bounded.
 */
public final class KeyedTurns {
  private final Map<Object, Line> lines = new HashMap<>(); // guarded by this
  private final int maxWaiting;

  /**
   * Creates turns.
   *
   * @param maxWaiting how many may wait for the turn of one key; may be zero
   */
  public KeyedTurns(int maxWaiting) {
    this.maxWaiting = maxWaiting;
  }

  /**
   * Waits for the turn of a key. Any thread. A switch point, unless nobody has the turn, or the
   * caller has it already: it then keeps it until the end of its first one.
   *
   * @param key the key
   * @param description what it is called where waits are shown
   * @return the turn, to be ended
   * @throws TooManyWaitingException if too many wait already
   * @throws InterruptedException if the caller is interrupted; it has no turn then
   * @throws dev.greenlet.DeadlockException if the caller closes a circle of waits
   * @throws dev.greenlet.GreenletExit if the caller is killed; it has no turn then
   */
  public Turn await(Object key, String description) throws InterruptedException {
    Line line;
    Place place;
    synchronized (this) {
      line = lines.get(key);
      if (line == null) {
        line = new Line(key, description, Party.current());
        lines.put(key, line);
        return new Turn(line);
      }
      Party holder = line.holder;
      if (holder != null && holder.isCurrent()) {
        return new Turn(null);
      }
      place = line.join();
    }
    boolean mine = false;
    try {
      place.waiter.await(line.reason);
      mine = true;
    } finally {
      if (!mine) {
        leave(line, place);
      }
    }
    return new Turn(line);
  }

  private synchronized void leave(Line line, Place place) {
    line.waiting.remove(place);
  }

  /** Gives the turn to the next in line who is still there to take it. */
  private void pass(Line line) {
    Waiter next;
    synchronized (this) {
      next = line.claimFirst();
      if (next == null) {
        lines.remove(line.key);
      }
    }
    if (next != null) {
      next.wake();
    }
  }

  /** How many keys somebody has the turn of. */
  synchronized int size() {
    return lines.size();
  }

  private record Place(Waiter waiter, Party party) {}

  /** Those who want the turn of one key. Lives as long as somebody has it. */
  private final class Line implements Awaitable {
    private final Object key;
    private final WaitReason reason;
    private final Deque<Place> waiting = new ArrayDeque<>(); // guarded by the turns
    private volatile @Nullable Party holder; // none when the turn outlives who began it

    private Line(Object key, String description, Party holder) {
      this.key = key;
      this.reason = new WaitReason(WaitReason.TURN, description);
      this.holder = holder;
    }

    private Place join() {
      if (waiting.size() >= maxWaiting) {
        throw new TooManyWaitingException(reason.detail(), maxWaiting);
      }
      Place place = new Place(Waiter.ofCurrent().at(this), Party.current());
      waiting.add(place);
      return place;
    }

    private @Nullable Waiter claimFirst() {
      for (Place place = waiting.poll(); place != null; place = waiting.poll()) {
        if (place.waiter.claim()) {
          holder = place.party;
          return place.waiter;
        }
      }
      return null;
    }

    @Override
    public WaitReason waitReason() {
      return reason;
    }

    @Override
    public @Nullable Party holder() {
      return holder;
    }

    @Override
    public List<Party> waiters() {
      synchronized (KeyedTurns.this) {
        return waiting.stream().map(Place::party).toList();
      }
    }
  }

  /** Somebody's turn. Thread-safe. */
  public final class Turn implements AutoCloseable {
    private final @Nullable Line line; // none: of an outer turn's holder
    private final AtomicBoolean ended = new AtomicBoolean();

    private Turn(@Nullable Line line) {
      this.line = line;
    }

    /**
     * Lets the turn outlive the greenlet that has it: from now on whoever ends it may be any. The
     * holder only, before the turn has ended.
     */
    void outliveHolder() {
      if (line != null) {
        line.holder = null;
      }
    }

    /** Ends the turn. Any thread, any number of times; never waits. */
    @Override
    public void close() {
      if (line != null && ended.compareAndSet(false, true)) {
        pass(line);
      }
    }
  }
}
