package dev.greenlet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * An iteration over greenlets in the order in which they end. It must be closed; after that the
 * greenlets that have not ended keep nothing of it in memory:
 *
 * <pre>{@code
 * try (CompletedTasks<Quote> done = Greenlets.asCompleted(tasks)) {
 *   for (GreenletTask<Quote> task : done) {
 *     quotes.add(task.get());
 *   }
 * }
 * }</pre>
 *
 * <p>Confined to one greenlet or thread at a time, which may reach switch points between two
 * elements. All actions of a greenlet <i>happen-before</i> the return of the method that returns
 * it.
 *
 * @param <T> the type of the results
 */
public final class CompletedTasks<T extends @Nullable Object>
    implements Iterable<GreenletTask<T>>, Iterator<GreenletTask<T>>, AutoCloseable {
  private final Set<GreenletTask<T>> unread; // guarded by itself
  private final Queue<GreenletTask<T>> ended = new ConcurrentLinkedQueue<>();
  private final List<Registration> registrations = new ArrayList<>();
  private volatile @Nullable Waiter consumer;
  private int left;
  private boolean closed;

  CompletedTasks(Collection<? extends GreenletTask<T>> tasks) {
    unread = new LinkedHashSet<>(tasks);
    left = unread.size();
    for (GreenletTask<T> task : List.copyOf(unread)) {
      registrations.add(task.onEnd(() -> ended(task)));
    }
  }

  private void ended(GreenletTask<T> task) {
    ended.add(task);
    Waiter waiting = consumer;
    if (waiting != null) {
      waiting.wake();
    }
  }

  /**
   * Waits for the next greenlet to end. A switch point.
   *
   * @return the greenlet
   * @throws NoSuchElementException if no greenlet is left
   * @throws IllegalStateException if this iteration is closed, or the caller is one of the
   *     greenlets that are left
   * @throws DeadlockException if all that are left wait for the caller, directly or indirectly
   * @throws InterruptedException if the caller is interrupted before or during the wait
   * @throws GreenletExit if the caller is killed
   */
  public GreenletTask<T> take() throws InterruptedException {
    GreenletTask<T> next = await(null);
    if (next == null) {
      throw new AssertionError("woken for nothing");
    }
    return next;
  }

  /**
   * Waits for the next greenlet to end, or until the timeout has elapsed. A switch point.
   *
   * @param timeout the longest time to wait; zero or less does not wait
   * @return the greenlet, or {@code null} if the timeout has elapsed
   * @throws NoSuchElementException if no greenlet is left
   * @throws IllegalStateException if this iteration is closed, or the caller is one of the
   *     greenlets that are left
   * @throws InterruptedException if the caller is interrupted before or during the wait
   * @throws GreenletExit if the caller is killed
   */
  public @Nullable GreenletTask<T> poll(Duration timeout) throws InterruptedException {
    return await(timeout);
  }

  private @Nullable GreenletTask<T> await(@Nullable Duration timeout) throws InterruptedException {
    if (closed) {
      throw new IllegalStateException(
          "The iteration is closed, with %d greenlets left: take them before".formatted(left));
    }
    if (left == 0) {
      throw new NoSuchElementException(
          "None of the %d greenlets is left: check hasNext() first"
              .formatted(registrations.size()));
    }
    synchronized (unread) {
      TaskGroups.refuseCaller(unread);
    }
    long due = timeout == null ? 0 : Waiter.currentNanoTime() + Durations.toNanos(timeout);
    try {
      while (true) {
        Waiter waiter = Waiter.ofCurrent();
        consumer = waiter;
        GreenletTask<T> next = ended.poll();
        if (next != null) {
          left--;
          synchronized (unread) {
            unread.remove(next);
          }
          return next;
        }
        WaitReason reason = new WaitReason(WaitReason.JOIN, "the next of %d".formatted(left));
        if (timeout == null) {
          waiter
              .at(new NextEnd(reason))
              .await(reason); // may be spurious: woken by one that was taken before
        } else if (!waiter.awaitUntil(reason, due) && ended.isEmpty()) {
          return null;
        }
      }
    } finally {
      consumer = null;
    }
  }

  /**
   * Returns whether a greenlet is left that has not been returned. Does not wait.
   *
   * @return {@code true} if {@link #next} returns one, now or later
   */
  @Override
  public boolean hasNext() {
    return !closed && left > 0;
  }

  /**
   * Waits for the next greenlet to end, as {@link #take} does, but throws a {@link
   * CancellationException} on an interrupt, which remains set.
   *
   * @return the greenlet
   * @throws CancellationException if the caller is interrupted before or during the wait
   */
  @Override
  public GreenletTask<T> next() {
    try {
      return take();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException("Interrupted while waiting");
      cancelled.initCause(interrupted);
      throw cancelled;
    }
  }

  /**
   * Returns this iteration: an element that one loop has taken is not seen by the next loop.
   *
   * @return this
   */
  @Override
  public Iterator<GreenletTask<T>> iterator() {
    return this;
  }

  /** The next end, with any of the greenlets as the one that ends the wait. */
  private final class NextEnd implements DeadlockDetector.AnyOf {
    private final WaitReason reason;

    private NextEnd(WaitReason reason) {
      this.reason = reason;
    }

    @Override
    public WaitReason waitReason() {
      return reason;
    }

    @Override
    public List<DefaultGreenletTask<?>> ifAllWait() {
      List<DefaultGreenletTask<?>> all = new ArrayList<>();
      synchronized (unread) {
        for (GreenletTask<T> task : unread) {
          switch (task) {
            case DefaultGreenletTask<T> each -> {
              if (each.suspender().endlessWait() == null) {
                return List.of();
              }
              all.add(each);
            }
          }
        }
      }
      return all;
    }

    @Override
    public List<Strand> waiters() {
      return List.of(); // the waiters of one wait are never queried
    }
  }

  /** Releases the greenlets that have not been returned. May be called any number of times. */
  @Override
  public void close() {
    closed = true;
    registrations.forEach(Registration::close);
  }
}
