package dev.greenlet.spring.web;

import dev.greenlet.GreenletLocal;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.web.lane.Arrival;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that the container has handed over and not got back. A task is <em>unread</em> until
 * the request in it has come to the filters, or it has ended: the container does not know of it as
 * a request yet, and would turn it away when it stops. A request that has gone asynchronous counts
 * as one that is read. Thread-safe.
 */
public final class ContainerTasks {
  private static final long LOOK_EVERY_MILLIS = 10;
  private static final GreenletLocal<@Nullable Task> CURRENT =
      GreenletLocal.withInitial(() -> null);

  private final AtomicInteger live = new AtomicInteger();
  // those that come while somebody waits for the unread ones are counted apart, so that the wait
  // ends however many come
  private final List<AtomicInteger> unread = List.of(new AtomicInteger(), new AtomicInteger());
  private volatile int period;

  /** Creates the count of no tasks. */
  public ContainerTasks() {}

  /**
   * Counts a task that is handed over. Any thread; does not block.
   *
   * @param arrival how far its requests have come, or {@code null} if no request comes in it
   * @return the task
   */
  Task begin(@Nullable Arrival arrival) {
    live.incrementAndGet();
    AtomicInteger counter = unread.get(period);
    counter.incrementAndGet();
    return new Task(this, counter, arrival);
  }

  /**
   * Counts a request that goes on without a task. Any thread; does not block.
   *
   * @return what stands for it, to be ended when it has ended
   */
  public Task beginAsync() {
    Task task = begin(null);
    task.read();
    return task;
  }

  /**
   * What the calling greenlet handles has come to the application: a request to the filters, say.
   */
  public static void currentIsRead() {
    Task task = current();
    if (task != null) {
      task.read();
    }
  }

  /**
   * Returns how far the request has come that the calling greenlet handles in its task. Any thread.
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
   * How many tasks have been handed over and have not ended.
   *
   * @return the number of tasks; may lag
   */
  public int live() {
    return live.get();
  }

  /**
   * How many of them are unread.
   *
   * @return the number of tasks; may lag
   */
  public int unread() {
    return unread.getFirst().get() + unread.getLast().get();
  }

  /**
   * Waits until all tasks are read that are unread now, whatever else comes. Blocks the thread.
   *
   * @param timeout how long at most
   * @return whether they are
   * @throws InterruptedException if the caller is interrupted
   */
  public synchronized boolean awaitRead(Duration timeout) throws InterruptedException {
    AtomicInteger counter = unread.get(period);
    period = 1 - period;
    return await(() -> counter.get() == 0, timeout);
  }

  /**
   * Waits until no task lives. Blocks the thread.
   *
   * @param timeout how long at most
   * @return whether none lives
   * @throws InterruptedException if the caller is interrupted
   */
  public boolean awaitNone(Duration timeout) throws InterruptedException {
    return await(() -> live() == 0, timeout);
  }

  private static boolean await(BooleanSupplier condition, Duration timeout)
      throws InterruptedException {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin >= timeout.toNanos()) {
        return false;
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
    return true;
  }

  /** One task, or a request that goes on without one. */
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

    void read() {
      if (!read.get() && read.compareAndSet(false, true)) {
        counter.decrementAndGet();
      }
    }

    /** It has ended. To be called once. Any thread. */
    public void end() {
      read();
      all.live.decrementAndGet();
    }
  }
}
