package dev.greenlet.loop;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The actions that are due at points in time: a binary heap whose entries know their place, so that
 * cancelling costs O(log n) and leaves nothing behind. Entries due at the same time come out in the
 * order they were added. Not thread-safe: it belongs to one run loop.
 */
final class DeadlineQueue {
  private static final int INITIAL_CAPACITY = 16;
  private static final int NOT_QUEUED = -1;

  private @Nullable Entry[] heap = new @Nullable Entry[INITIAL_CAPACITY];
  private int size;
  private long sequence;

  /** Creates an empty queue. */
  public DeadlineQueue() {}

  /** An action and the time it is due. */
  public static final class Entry {
    private final long dueNanos;
    private final Runnable action;
    private long sequence;
    private int index = NOT_QUEUED;

    /**
     * Creates an entry that is not yet queued.
     *
     * @param dueNanos when it is due, on the clock of the run loop
     * @param action the action
     */
    public Entry(long dueNanos, Runnable action) {
      this.dueNanos = dueNanos;
      this.action = action;
    }

    /**
     * Returns when the entry is due.
     *
     * @return the time, on the clock of the run loop
     */
    public long dueNanos() {
      return dueNanos;
    }

    /** Runs the action. */
    public void run() {
      action.run();
    }

    private boolean isBefore(Entry other) {
      long difference = dueNanos - other.dueNanos;
      return difference != 0 ? difference < 0 : sequence < other.sequence;
    }
  }

  /**
   * Returns whether nothing is queued.
   *
   * @return whether the queue is empty
   */
  public boolean isEmpty() {
    return size == 0;
  }

  /**
   * Returns how long it takes until the first entry is due.
   *
   * @param nowNanos the present time
   * @return the nanoseconds left, 0 when it is due, {@link Long#MAX_VALUE} when nothing is queued
   */
  public long nanosUntilNext(long nowNanos) {
    return size == 0 ? Long.MAX_VALUE : Math.max(0, at(0).dueNanos - nowNanos);
  }

  /**
   * Queues an entry; one that is queued already stays as it is.
   *
   * @param entry the entry
   */
  public void add(Entry entry) {
    if (entry.index != NOT_QUEUED) {
      return;
    }
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    entry.sequence = sequence++;
    siftUp(size++, entry);
  }

  /**
   * Removes an entry; one that is not queued stays as it is.
   *
   * @param entry the entry
   */
  public void remove(Entry entry) {
    int hole = entry.index;
    if (hole == NOT_QUEUED) {
      return;
    }
    entry.index = NOT_QUEUED;
    Entry last = at(--size);
    heap[size] = null;
    if (last != entry) {
      siftDown(hole, last);
      if (last.index == hole) {
        siftUp(hole, last);
      }
    }
  }

  /**
   * Takes the first entry if it is due.
   *
   * @param nowNanos the present time
   * @return the entry, or {@code null} when none is due
   */
  public @Nullable Entry pollDue(long nowNanos) {
    return size == 0 || at(0).dueNanos - nowNanos > 0 ? null : poll();
  }

  /**
   * Takes the first entry, due or not.
   *
   * @return the entry, or {@code null} when nothing is queued
   */
  public @Nullable Entry poll() {
    if (size == 0) {
      return null;
    }
    Entry first = at(0);
    remove(first);
    return first;
  }

  private void siftUp(int index, Entry entry) {
    while (index > 0) {
      int parent = (index - 1) >>> 1;
      if (!entry.isBefore(at(parent))) {
        break;
      }
      place(index, at(parent));
      index = parent;
    }
    place(index, entry);
  }

  private void siftDown(int index, Entry entry) {
    int firstLeaf = size >>> 1;
    while (index < firstLeaf) {
      int child = 2 * index + 1;
      if (child + 1 < size && at(child + 1).isBefore(at(child))) {
        child++;
      }
      if (!at(child).isBefore(entry)) {
        break;
      }
      place(index, at(child));
      index = child;
    }
    place(index, entry);
  }

  private void place(int index, Entry entry) {
    heap[index] = entry;
    entry.index = index;
  }

  private Entry at(int index) {
    Entry entry = heap[index];
    if (entry == null) {
      throw new AssertionError("no entry at " + index + " of " + size);
    }
    return entry;
  }
}
