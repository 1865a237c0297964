package dev.greenlet.loop;

import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The inbox of a run loop: many threads put, one takes, in FIFO order per producer.
 *
 * <p>{@link #offer} is lock-free, never blocks and never rejects, for it is called by every thread
 * that wakes a greenlet: pollers, the JDK's unparker, other carriers. It allocates only when a
 * chunk of the array is full. A thin face over JCTools' {@code MpscUnboundedAtomicArrayQueue}, the
 * variant that needs no {@code sun.misc.Unsafe}.
 *
 * @param <E> the type of the elements
 */
final class ReadyQueue<E> {
  private static final int CHUNK = 1024;

  private final MessagePassingQueue<E> queue = new MpscUnboundedAtomicArrayQueue<>(CHUNK);

  /** Creates an empty queue. */
  public ReadyQueue() {}

  /**
   * Puts an element at the tail. Any thread; lock-free; never throws.
   *
   * @param element the element
   */
  public void offer(E element) {
    queue.offer(element);
  }

  /**
   * Takes the head. The consuming thread only. May return {@code null} although a producer is just
   * putting an element; {@link #isEmpty()} distinguishes the two.
   *
   * @return the head, or {@code null}
   */
  public @Nullable E poll() {
    return queue.relaxedPoll();
  }

  /**
   * Returns whether nothing is queued or about to be. Any thread.
   *
   * @return whether the queue is empty
   */
  public boolean isEmpty() {
    return queue.isEmpty();
  }

  /**
   * Returns how many elements are queued: exact unless other threads use the queue. Any thread.
   *
   * @return the number of elements
   */
  public int size() {
    return queue.size();
  }
}
