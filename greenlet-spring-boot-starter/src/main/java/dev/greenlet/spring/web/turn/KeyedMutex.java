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
 * A fair (FIFO) mutual exclusion lock for each key. Each acquisition is a {@link Turn}. A key that
 * is neither held nor awaited uses no memory. Thread-safe.
 *
 * <p>It differs from the locks and semaphores of the core: any thread may end a turn, but a turn
 * has a holder, so that deadlocks are detected, and its queue is bounded.
 */
public final class KeyedMutex {
  private final ConcurrentMap<Object, KeyQueue> queues = new ConcurrentHashMap<>();
  private final int maxWaiting;

  /**
   * Creates a mutex without turns.
   *
   * @param maxWaiting how many callers may be queued for one key; may be zero
   */
  public KeyedMutex(int maxWaiting) {
    this.maxWaiting = maxWaiting;
  }

  /**
   * Waits for the turn of a key. Any thread. A switch point, unless the turn is free or the caller
   * holds it: a nested turn of its holder ends with the outer one.
   *
   * @param key the key
   * @param description the name of the turn where waits are shown
   * @return the turn, to be closed
   * @throws TooManyWaitingException if the queue of the key is full
   * @throws InterruptedException if the caller is interrupted while it waits; it has no turn then
   * @throws dev.greenlet.DeadlockException if the wait of the caller would close a cycle of waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it has no turn then
   */
  public Turn acquire(Object key, String description) throws InterruptedException {
    while (true) {
      KeyQueue queue = queues.computeIfAbsent(key, absent -> new KeyQueue(absent, description));
      Turn turn = queue.acquire();
      if (turn != null) {
        return turn;
      }
      queues.remove(key, queue);
    }
  }

  /**
   * Returns the queue of a key, which shows its waiters, or {@code null} if its turn is not held.
   */
  @Nullable Synchronizer queue(Object key) {
    return queues.get(key);
  }

  /** Returns the number of keys whose turn is held. */
  int size() {
    return queues.size();
  }

  /** The queue for the turn of one key. Exists while the turn is held. */
  private final class KeyQueue extends WaitQueue<Void> {
    private final Object key;
    private final WaitGuard guard;
    private volatile @Nullable Strand holder; // null when the turn outlives its holder
    private boolean held; // guarded
    private boolean discarded; // guarded

    private KeyQueue(Object key, String description) {
      this(key, description, new WaitGuard());
    }

    private KeyQueue(Object key, String description, WaitGuard guard) {
      super(guard, new WaitReason(WaitReason.TURN, description), maxWaiting);
      this.key = key;
      this.guard = guard;
    }

    /** Returns the turn, or {@code null} if this queue is discarded. */
    private @Nullable Turn acquire() throws InterruptedException {
      WaitNode<Void> own;
      guard.lock();
      try {
        if (discarded) {
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

    /** Passes the turn to the first waiter, or discards the queue. */
    private void release() {
      WaitNode<Void> next;
      guard.lock();
      try {
        next = grantFirst();
        discarded = next == null;
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

  /** One acquisition of the mutex of a key. Thread-safe. */
  public final class Turn implements AutoCloseable {
    private final @Nullable KeyQueue queue; // null for a nested turn
    private final AtomicBoolean ended = new AtomicBoolean();

    private Turn(@Nullable KeyQueue queue) {
      this.queue = queue;
    }

    /**
     * Returns whether the turn has ended.
     *
     * @return whether it has ended; any thread
     */
    public boolean hasEnded() {
      return ended.get();
    }

    /**
     * Extends the turn until the end of a request: its response is complete then, even if it is
     * written after the handler has returned, or by another thread. To be called by the holder.
     *
     * @param request the request that the holder handles
     */
    public void extendUntilEndOf(RequestLifecycle request) {
      if (queue != null) {
        request.onAsync(() -> queue.holder = null); // from now on no thread holds it
        request.onEnd(this::close);
      }
    }

    /** Ends the turn; repeated calls have no effect. Any thread; does not block. */
    @Override
    public void close() {
      if (ended.compareAndSet(false, true) && queue != null) {
        queue.release();
      }
    }
  }
}
