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
 * A blocking queue: first in first out, last in first out, or the least first; bounded or not.
 * Takers are served in the order they came, and so are putters. It can count what is still
 * {@linkplain #taskDone() to be done}, and be closed: then putting fails, and taking fails once it
 * is empty.
 *
 * <p>Thread-safe; usable from any thread, greenlet or not, and from several hubs. What was done
 * before an element was put happens before what follows its taking. A taker that is killed,
 * interrupted or whose time is up takes no element; such a putter's element is not in the queue.
 * PublisherIterator must not be {@code null}. No {@code equals} or comparator of the elements is
 * called under a lock: a comparator may wait, and if it throws, the element is not in the queue.
 *
 * <p>Iterators and streams show a snapshot. See the {@linkplain dev.greenlet.sync package} for what
 * all primitives promise.
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
   * Creates a first-in-first-out queue without bound and name.
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
   * @param capacity how many elements it holds at most
   * @param name what it is called where waits are shown
   * @param <E> the type of the elements
   * @return the queue
   * @throws IllegalArgumentException if the capacity is less than one
   */
  public static <E> GreenletQueue<E> fifo(int capacity, String name) {
    return new GreenletQueue<>(new DequeStore<>(false), capacity, name);
  }

  /**
   * Creates a last-in-first-out queue without bound and name.
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
   * @param capacity how many elements it holds at most
   * @param name what it is called where waits are shown
   * @param <E> the type of the elements
   * @return the queue
   * @throws IllegalArgumentException if the capacity is less than one
   */
  public static <E> GreenletQueue<E> lifo(int capacity, String name) {
    return new GreenletQueue<>(new DequeStore<>(true), capacity, name);
  }

  /**
   * Creates a queue of comparable elements, the least first, equal ones in the order they came,
   * without bound and name.
   *
   * @param <E> the type of the elements
   * @return the queue
   */
  public static <E extends Comparable<? super E>> GreenletQueue<E> priority() {
    return priority(Comparator.naturalOrder(), Integer.MAX_VALUE, "");
  }

  /**
   * Creates a queue that gives the least element first, equal ones in the order they came.
   *
   * @param order which one is less; called by those who put, without any lock
   * @param capacity how many elements it holds at most
   * @param name what it is called where waits are shown
   * @param <E> the type of the elements
   * @return the queue
   * @throws IllegalArgumentException if the capacity is less than one
   */
  public static <E> GreenletQueue<E> priority(
      Comparator<? super E> order, int capacity, String name) {
    Objects.requireNonNull(order, "'order' must not be null");
    return new GreenletQueue<>(new SortedStore<>(order), capacity, name);
  }

  // --- putting
  // ------------------------------------------------------------------------------------

  /**
   * Puts an element, waiting for room if need be. Any thread. A switch point, unless there is room.
   *
   * @param element the element
   * @throws QueueClosedException if the queue is closed, or is closed meanwhile
   * @throws InterruptedException if the caller is interrupted while it waits; nothing was put then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; nothing was put then
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
   * Puts an element, waiting for room if need be, but not for longer than {@code timeout}. Any
   * thread. A switch point, unless there is room.
   *
   * @param element the element
   * @param timeout how long; zero or less looks once
   * @return whether it was put
   * @throws QueueClosedException if the queue is closed, or is closed meanwhile
   * @throws InterruptedException if the caller is interrupted while it waits; nothing was put then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; nothing was put then
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

  // --- taking
  // -------------------------------------------------------------------------------------

  /**
   * Takes the head, waiting for it if need be. Any thread. A switch point, unless there is one.
   *
   * @return the head
   * @throws QueueClosedException if the queue is closed, or is closed meanwhile, and empty
   * @throws InterruptedException if the caller is interrupted while it waits; nothing was taken
   *     then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; nothing was taken
   *     then
   */
  @Override
  public E take() throws InterruptedException {
    E head = core.take(WaitLimit.ENDLESS);
    if (head == null) {
      throw new AssertionError("an endless wait at " + this + " ended with nothing");
    }
    return head;
  }

  /**
   * Takes the head if there is one. Any thread; never waits.
   *
   * @return the head, or {@code null}
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
   * Takes the head, waiting for it if need be, but not for longer than {@code timeout}. Any thread.
   * A switch point, unless there is one.
   *
   * @param timeout how long; zero or less looks once
   * @return the head, or {@code null} when the time is up
   * @throws QueueClosedException if the queue is closed, or is closed meanwhile, and empty
   * @throws InterruptedException if the caller is interrupted while it waits; nothing was taken
   *     then
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits; nothing was taken
   *     then
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
   * Takes out one element that equals the given one. It counts as {@linkplain #taskDone() done}.
   * Any thread; never waits.
   *
   * @param wanted what it equals
   * @return whether there was one
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

  /**
   * Takes out all elements. They count as {@linkplain #taskDone() done}. Any thread; never waits.
   */
  @Override
  public void clear() {
    core.clear();
  }

  // --- what is to be done
  // -------------------------------------------------------------------------

  /**
   * Tells that what was to be done about an element that was taken is done. Any thread; never
   * waits.
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
   * How many elements were put and not yet told to be done.
   *
   * @return the number of elements, taken or not
   */
  public long unfinished() {
    return core.unfinished();
  }

  /**
   * Waits until all that was put is done. Any thread. A switch point, unless it is.
   *
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public void join() throws InterruptedException {
    core.join(WaitLimit.ENDLESS);
  }

  /**
   * Waits until all that was put is done, but not for longer than {@code timeout}. Any thread. A
   * switch point, unless it is.
   *
   * @param timeout how long; zero or less looks once
   * @return whether it is done
   * @throws InterruptedException if the caller is interrupted while it waits
   * @throws dev.greenlet.GreenletExit if the caller is killed while it waits
   */
  public boolean join(Duration timeout) throws InterruptedException {
    return core.join(WaitLimit.of(timeout));
  }

  // --- closing
  // ------------------------------------------------------------------------------------

  /**
   * Closes the queue: putting fails, now also for those who wait; taking fails once the queue is
   * empty. Any thread, any number of times; never waits.
   */
  public void close() {
    core.close();
  }

  /**
   * Closes the queue and drops its elements. They count as {@linkplain #taskDone() done}. Any
   * thread, any number of times; never waits.
   *
   * @return what was dropped, head first
   */
  public List<E> closeNow() {
    return core.closeNow();
  }

  /**
   * Whether the queue is closed. Any thread.
   *
   * @return whether it takes nothing more
   */
  public boolean isClosed() {
    return core.isClosed();
  }

  // --- to look at
  // ---------------------------------------------------------------------------------

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
   * The elements at this moment, head first. Removing takes out the element if it is still there.
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
   * Who waits, be it to take, to put or to join: the takers first.
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
