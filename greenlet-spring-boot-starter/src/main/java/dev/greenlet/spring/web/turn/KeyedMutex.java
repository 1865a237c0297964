package dev.greenlet.spring.web.turn;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import dev.greenlet.spring.web.RequestLifecycle;
import dev.greenlet.sync.WaitGuard;
import dev.greenlet.sync.WaitLimit;
import dev.greenlet.sync.WaitNode;
import dev.greenlet.sync.WaitQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One turn at a time for each key, first come first served. A key that is neither held nor waited
 * for takes no room. Thread-safe.
 *
 * <p>Not the semaphores and locks of the core: a turn is ended by any thread but has a holder, so
 * that a cycle of turns is found, and its queue is bounded.
 */
public final class KeyedMutex {
  private final ConcurrentMap<Object, KeyQueue> queues = new ConcurrentHashMap<>();
  private final int maxWaiting;

  /**
   * Creates turns.
   *
   * @param maxWaiting how many may wait for the turn of one key; may be zero
   */
  public KeyedMutex(int maxWaiting) {
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
    while (true) {
      KeyQueue queue = queues.computeIfAbsent(key, absent -> new KeyQueue(absent, description));
      Turn turn = queue.await();
      if (turn != null) {
        return turn;
      }
      queues.remove(key, queue);
    }
  }

  /** What shows who waits for a turn that is held. */
  @Nullable Synchronizer queue(Object key) {
    return queues.get(key);
  }

  /** How many keys have a turn that is held. */
  int size() {
    return queues.size();
  }

  /** The queue for the turn of one key. Lives as long as the turn is held. */
  private final class KeyQueue extends WaitQueue<Void> {
    private final Object key;
    private final WaitGuard guard;
    private volatile @Nullable Strand holder; // none when the turn outlives its holder
    private boolean held; // guarded
    private boolean over; // guarded

    private KeyQueue(Object key, String description) {
      this(key, description, new WaitGuard());
    }

    private KeyQueue(Object key, String description, WaitGuard guard) {
      super(guard, new WaitReason(WaitReason.TURN, description), maxWaiting);
      this.key = key;
      this.guard = guard;
    }

    /** Returns the turn, or {@code null} if this queue is over. */
    private @Nullable Turn await() throws InterruptedException {
      WaitNode<Void> own;
      guard.lock();
      try {
        if (over) {
          return null;
        }
        if (!held) {
          held = true;
          holder = Strand.current();
          return new Turn(this);
        }
        Strand holding = holder;
        if (holding != null && holding.isCurrent()) {
          return new Turn(null);
        }
        own = isFull() ? null : join(null).at(this);
      } finally {
        guard.unlock();
      }
      if (own == null) {
        throw new TooManyWaitingException(waitReason().detail(), maxWaiting);
      }
      await(own, WaitLimit.ENDLESS);
      return new Turn(this);
    }

    /** Gives the turn to the next in the queue. */
    private void pass() {
      WaitNode<Void> next;
      guard.lock();
      try {
        next = grantFirst();
        over = next == null;
        holder = next == null ? null : next.strand();
      } finally {
        guard.unlock();
      }
      if (next == null) {
        queues.remove(key, this);
      }
    }

    @Override
    public @Nullable Strand holder() {
      return holder;
    }
  }

  /** A turn. Thread-safe. */
  public final class Turn implements AutoCloseable {
    private final @Nullable KeyQueue queue; // none inside of an outer turn of the same holder
    private final AtomicBoolean ended = new AtomicBoolean();

    private Turn(@Nullable KeyQueue queue) {
      this.queue = queue;
    }

    /**
     * Returns whether the turn has ended.
     *
     * @return whether it has; any thread
     */
    public boolean hasEnded() {
      return ended.get();
    }

    /**
     * Lets the turn last until a request has ended: its response is complete, also if it is written
     * after the handler has returned, or by another thread later. The holder only.
     *
     * @param request the request that the holder handles
     */
    public void lastUntilEndOf(RequestLifecycle request) {
      if (queue != null) {
        request.onAsync(() -> queue.holder = null); // from now on any thread may end it
        request.onEnd(this::close);
      }
    }

    /** Ends the turn. Any thread, any number of times; never waits. */
    @Override
    public void close() {
      if (ended.compareAndSet(false, true) && queue != null) {
        queue.pass();
      }
    }
  }
}
