package dev.greenlet.spring.web;

import dev.greenlet.GreenletLocal;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.web.lane.Arrival;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of the container that have been started and have not ended. A task is <em>unread</em>
 * until its request reaches the filters, or it ends: the container does not know the request yet,
 * and would reject it when it stops. An asynchronous request counts as a task that is read.
 *
 * <p>Thread-safe. Only the methods that await block.
 */
public final class ContainerTasks {
  private static final GreenletLocal<@Nullable Task> CURRENT =
      GreenletLocal.withInitial(() -> null);

  private final AtomicInteger live = new AtomicInteger();
  // tasks that begin during a wait for unread ones are counted apart, so that the wait ends
  private final List<AtomicInteger> unread = List.of(new AtomicInteger(), new AtomicInteger());
  private volatile int period;
  private final Set<Thread> waiters = ConcurrentHashMap.newKeySet();

  /** Creates a count of tasks that is zero. */
  public ContainerTasks() {}

  /**
   * Counts a task that begins. Any thread; does not block.
   *
   * @param arrival the placement of its requests, or {@code null} if it brings no request
   * @return the task
   */
  Task begin(@Nullable Arrival arrival) {
    live.incrementAndGet();
    AtomicInteger counter = unread.get(period);
    counter.incrementAndGet();
    return new Task(this, counter, arrival);
  }

  /**
   * Counts an asynchronous request, which continues without a task. Any thread; does not block.
   *
   * @return the task that represents it, to be ended when the request ends
   */
  public Task beginAsync() {
    Task task = begin(null);
    task.markRead();
    return task;
  }

  /**
   * Marks the task of the calling greenlet as read: its request has reached the application. Has no
   * effect on other threads. Any thread; does not block.
   */
  public static void markCurrentRead() {
    Task task = current();
    if (task != null) {
      task.markRead();
    }
  }

  /**
   * Returns the placement of the request that the calling greenlet handles in its task. Any thread.
   *
   * @return the arrival, or {@code null} if the caller does not run a task of the container
   */
  public static @Nullable Arrival currentArrival() {
    Task task = current();
    return task == null ? null : task.arrival;
  }

  private static @Nullable Task current() {
    return Greenlets.currentOrNull() == null ? null : CURRENT.get();
  }

  /**
   * Returns the number of tasks that have begun and not ended. Any thread; does not block.
   *
   * @return the number of tasks; may lag
   */
  public int live() {
    return live.get();
  }

  /**
   * Returns the number of unread tasks. Any thread; does not block.
   *
   * @return the number of tasks; may lag
   */
  public int unread() {
    return unread.getFirst().get() + unread.getLast().get();
  }

  /**
   * Waits until all tasks that are unread now are read; later tasks do not matter. Blocks the
   * thread.
   *
   * @param timeout how long to wait at most
   * @return whether they are read; {@code false} after the timeout
   * @throws InterruptedException if the caller is interrupted
   */
  public synchronized boolean awaitRead(Duration timeout) throws InterruptedException {
    AtomicInteger counter = unread.get(period);
    period = 1 - period;
    return await(counter, timeout);
  }

  /**
   * Waits until all tasks have ended. Blocks the thread.
   *
   * @param timeout how long to wait at most
   * @return whether they have ended; {@code false} after the timeout
   * @throws InterruptedException if the caller is interrupted
   */
  public boolean awaitNone(Duration timeout) throws InterruptedException {
    return await(live, timeout);
  }

  private boolean await(AtomicInteger count, Duration timeout) throws InterruptedException {
    long begin = System.nanoTime();
    Thread caller = Thread.currentThread();
    waiters.add(caller);
    try {
      while (count.get() != 0) {
        long left = timeout.toNanos() - (System.nanoTime() - begin);
        if (left <= 0) {
          return false;
        }
        LockSupport.parkNanos(this, left);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      return true;
    } finally {
      waiters.remove(caller);
    }
  }

  private void decrement(AtomicInteger count) {
    if (count.decrementAndGet() == 0) {
      waiters.forEach(LockSupport::unpark);
    }
  }

  /** One task, or an asynchronous request. Thread-safe. */
  public static final class Task {
    private final ContainerTasks all;
    private final AtomicInteger counter;
    private final @Nullable Arrival arrival;
    private final AtomicBoolean read = new AtomicBoolean();

    private Task(ContainerTasks all, AtomicInteger counter, @Nullable Arrival arrival) {
      this.all = all;
      this.counter = counter;
      this.arrival = arrival;
    }

    void makeCurrent() {
      CURRENT.set(this);
    }

    void markRead() {
      if (!read.get() && read.compareAndSet(false, true)) {
        all.decrement(counter);
      }
    }

    /** Notes that the task has ended. To be called once. Any thread; does not block. */
    public void end() {
      markRead();
      all.decrement(all.live);
    }
  }
}
