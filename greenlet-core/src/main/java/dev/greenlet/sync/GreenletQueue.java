package dev.greenlet.sync;

import dev.greenlet.Strand;
import dev.greenlet.Synchronizer;
import dev.greenlet.WaitReason;
import java.time.Duration;
import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A blocking queue: first in first out, last in first out, or by priority; bounded or unbounded.
 * Takers are served in the order of their arrival, and so are putters. The queue can count its
 * {@linkplain #taskDone() unfinished} elements. It can be closed: then putting fails, and taking
 * fails once the queue is empty.
 *
 * <p>Thread-safe: {@linkplain dev.greenlet.sync any thread} may call every method. Actions before
 * an element is put happen before the actions that follow its removal. A taker that is killed,
 * interrupted or timed out takes no element, and the element of such a putter is not in the queue.
 * Elements must not be {@code null}. No {@code equals} and no comparator of the elements is called
 * under a lock.
 *
 * <p>Iterators and streams show a snapshot.
 *
 * @param <E> the type of the elements
 */
public final class GreenletQueue<E> extends AbstractQueue<E>
    implements BlockingQueue<E>, Synchronizer {
  private static final String KIND = "queue";

  private final WaitReason reason;
  private final QueueCore<E> core;

  private GreenletQueue(Store<E> store, int capacity, String name) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "'capacity' of queue '%s' must be at least 1, was %d: use a Channel for a rendezvous"
              .formatted(name, capacity));
    }
    this.reason = new WaitReason(KIND, name);
    this.core = new QueueCore<>(reason, store, capacity);
  }

  /**
   * Creates an unbounded first-in-first-out queue without a name.
   *
   * @param <E> the type of the elements
   * @return the queue
   */
  public static <E> GreenletQueue<E> fifo() {
    return fifo(Integer.MAX_VALUE, "");
  }

  /**
   * Creates a first-in-first-out queue.
   *
   * @param capacity the largest number of elements
   * @param name the name that wait reasons show
   * @param <E> the type of the elements
   * @return the queue
   * @throws IllegalArgumentException if {@code capacity} is less than one
   */
  public static <E> GreenletQueue<E> fifo(int capacity, String name) {
    return new GreenletQueue<>(new DequeStore<>(false), capacity, name);
  }

  /**
   * Creates an unbounded last-in-first-out queue without a name.
   *
   * @param <E> the type of the elements
   * @return the queue
   */
  public static <E> GreenletQueue<E> lifo() {
    return lifo(Integer.MAX_VALUE, "");
  }

  /**
   * Creates a last-in-first-out queue.
   *
   * @param capacity the largest number of elements
   * @param name the name that wait reasons show
   * @param <E> the type of the elements
   * @return the queue
   * @throws IllegalArgumentException if {@code capacity} is less than one
   */
  public static <E> GreenletQueue<E> lifo(int capacity, String name) {
    return new GreenletQueue<>(new DequeStore<>(true), capacity, name);
  }

  /**
   * Creates an unbounded priority queue without a name: the least element first, equal elements in
   * the order of their arrival.
   *
   * @param <E> the type of the elements
   * @return the queue
   */
  public static <E extends Comparable<? super E>> GreenletQueue<E> priority() {
    return priority(Comparator.naturalOrder(), Integer.MAX_VALUE, "");
  }

  /**
   * Creates a priority queue: the least element first, equal elements in the order of their
   * arrival. The comparator is called by the putting caller only, without any lock. It should
   * neither wait nor change its mind. An element for which it throws is not in the queue, the
   * putting caller receives the exception, and the other elements are unaffected. Putting compares
   * about log<sub>2</sub> n times, and again from the beginning if another caller has put or
   * removed an element meanwhile.
   *
   * @param order the order of the elements
   * @param capacity the largest number of elements
   * @param name the name that wait reasons show
   * @param <E> the type of the elements
   * @return the queue
   * @throws IllegalArgumentException if {@code capacity} is less than one
   */
  public static <E> GreenletQueue<E> priority(
      Comparator<? super E> order, int capacity, String name) {
    Objects.requireNonNull(order, "'order' must not be null");
    return new GreenletQueue<>(new SortedStore<>(order), capacity, name);
  }

  // --- putting ----------------------------------------------------------------------------------

  /**
   * Puts an element, waiting for room if necessary. Any thread. A switch point if it waits.
   *
   * @param element the element
   * @throws QueueClosedException if the queue is closed, or is closed during the wait
   * @throws InterruptedException if the caller is interrupted while it waits; the element is not
   *     put
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; the element is not
   *     put
   */
  @Override
  public void put(E element) throws InterruptedException {
    put(element, WaitLimit.ENDLESS);
  }

  /**
   * Puts an element if there is room. Any thread; never waits.
   *
   * @param element the element
   * @return whether it was put
   * @throws QueueClosedException if the queue is closed
   */
  @Override
  public boolean offer(E element) {
    try {
      return put(element, WaitLimit.NONE);
    } catch (InterruptedException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /**
   * Puts an element, waiting up to {@code timeout} for room if necessary. Any thread. A switch
   * point if it waits.
   *
   * @param element the element
   * @param timeout the longest time to wait; zero or less does not wait
   * @return whether it was put
   * @throws QueueClosedException if the queue is closed, or is closed during the wait
   * @throws InterruptedException if the caller is interrupted while it waits; the element is not
   *     put
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; the element is not
   *     put
   */
  public boolean offer(E element, Duration timeout) throws InterruptedException {
    return put(element, WaitLimit.of(timeout));
  }

  @Override
  public boolean offer(E element, long timeout, TimeUnit unit) throws InterruptedException {
    return put(element, WaitLimit.of(timeout, unit));
  }

  private boolean put(E element, WaitLimit limit) throws InterruptedException {
    return core.put(Objects.requireNonNull(element, "'element' must not be null"), limit);
  }

  // --- taking -----------------------------------------------------------------------------------

  /**
   * Takes the head, waiting for one if necessary. Any thread. A switch point if it waits.
   *
   * @return the head
   * @throws QueueClosedException if the queue is empty and closed, or is closed during the wait
   * @throws InterruptedException if the caller is interrupted while it waits; it takes no element
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it takes no element
   */
  @Override
  public E take() throws InterruptedException {
    E head = core.take(WaitLimit.ENDLESS);
    if (head == null) {
      throw new AssertionError("an endless wait at " + this + " ended without an element");
    }
    return head;
  }

  /**
   * Takes the head if there is one. Any thread; never waits.
   *
   * @return the head, or {@code null} if the queue is empty
   * @throws QueueClosedException if the queue is closed and empty
   */
  @Override
  public @Nullable E poll() {
    try {
      return core.take(WaitLimit.NONE);
    } catch (InterruptedException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /**
   * Takes the head, waiting up to {@code timeout} for one if necessary. Any thread. A switch point
   * if it waits.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @return the head, or {@code null} if the wait timed out
   * @throws QueueClosedException if the queue is empty and closed, or is closed during the wait
   * @throws InterruptedException if the caller is interrupted while it waits; it takes no element
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; it takes no element
   */
  public @Nullable E poll(Duration timeout) throws InterruptedException {
    return core.take(WaitLimit.of(timeout));
  }

  @Override
  public @Nullable E poll(long timeout, TimeUnit unit) throws InterruptedException {
    return core.take(WaitLimit.of(timeout, unit));
  }

  @Override
  public @Nullable E peek() {
    return core.peek();
  }

  @Override
  public int drainTo(Collection<? super E> target) {
    return drainTo(target, Integer.MAX_VALUE);
  }

  @Override
  public int drainTo(Collection<? super E> target, int maxElements) {
    if (target == this) {
      throw new IllegalArgumentException(describe() + " cannot be drained to itself");
    }
    int drained = 0;
    for (; drained < maxElements; drained++) {
      E head = core.takeIfThere();
      if (head == null) {
        break;
      }
      target.add(head);
    }
    return drained;
  }

  /**
   * Removes one element that equals the given one. It counts as {@linkplain #taskDone() done}. Any
   * thread; never waits.
   *
   * @param wanted the object to compare with, {@code null} included
   * @return whether an element was removed
   */
  @Override
  public boolean remove(@Nullable Object wanted) {
    for (E element : core.toList()) {
      if (element.equals(wanted) && core.remove(element)) {
        return true;
      }
    }
    return false;
  }

  /** Removes all elements. They count as {@linkplain #taskDone() done}. Any thread; never waits. */
  @Override
  public void clear() {
    core.clear();
  }

  // --- unfinished elements ----------------------------------------------------------------------

  /**
   * Reports that the work for an element that was taken is done. Any thread; never waits.
   *
   * @throws IllegalStateException if it is called more often than elements were put
   */
  public void taskDone() {
    if (!core.taskDone()) {
      throw new IllegalStateException(
          "%s has no unfinished elements: call taskDone() once for each element taken"
              .formatted(describe()));
    }
  }

  /**
   * Returns the number of elements that were put and not yet {@linkplain #taskDone() done}. Any
   * thread; never waits.
   *
   * @return the number of elements, taken or not
   */
  public long unfinished() {
    return core.unfinished();
  }

  /**
   * Waits until all elements that were put are {@linkplain #taskDone() done}. Any thread. A switch
   * point if it waits.
   *
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public void join() throws InterruptedException {
    core.join(WaitLimit.ENDLESS);
  }

  /**
   * Waits up to {@code timeout} until all elements that were put are {@linkplain #taskDone() done}.
   * Any thread. A switch point if it waits.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @return whether all are done
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public boolean join(Duration timeout) throws InterruptedException {
    return core.join(WaitLimit.of(timeout));
  }

  // --- closing ----------------------------------------------------------------------------------

  /**
   * Closes the queue: putting fails, including puts that wait; taking fails once the queue is
   * empty. Any thread, any number of times; never waits.
   */
  public void close() {
    core.close();
  }

  /**
   * Closes the queue and removes its elements. They count as {@linkplain #taskDone() done}. Any
   * thread, any number of times; never waits.
   *
   * @return the removed elements, head first
   */
  public List<E> closeNow() {
    return core.closeNow();
  }

  /**
   * Returns whether the queue is closed. Any thread.
   *
   * @return {@code true} if the queue accepts no elements
   */
  public boolean isClosed() {
    return core.isClosed();
  }

  // --- inspection -------------------------------------------------------------------------------

  @Override
  public int size() {
    return core.size();
  }

  @Override
  public int remainingCapacity() {
    return core.room();
  }

  @Override
  public boolean contains(@Nullable Object wanted) {
    return core.toList().contains(wanted);
  }

  @Override
  public Object[] toArray() {
    return core.toList().toArray();
  }

  @Override
  public <A extends @Nullable Object> A[] toArray(A[] array) {
    return core.toList().toArray(array);
  }

  /**
   * Returns an iterator over the current elements, head first. Its {@code remove} removes the
   * element if it is still present. Any thread; the iterator is confined to one.
   *
   * @return an iterator over a snapshot
   */
  @Override
  public Iterator<E> iterator() {
    Iterator<E> snapshot = core.toList().iterator();
    return new Iterator<>() {
      private @Nullable E last;

      @Override
      public boolean hasNext() {
        return snapshot.hasNext();
      }

      @Override
      public E next() {
        E next = snapshot.next();
        last = next;
        return next;
      }

      @Override
      public void remove() {
        E toRemove = last;
        if (toRemove == null) {
          throw new IllegalStateException("remove() needs a next() before it");
        }
        last = null;
        core.remove(toRemove);
      }
    };
  }

  @Override
  public WaitReason waitReason() {
    return reason;
  }

  /**
   * Returns the callers that wait to take, to put or to join, in this order.
   *
   * @return a snapshot
   */
  @Override
  public List<Strand> waiters() {
    return core.waiters();
  }

  @Override
  public String toString() {
    return "%s (%d elements)".formatted(describe(), size());
  }
}
