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
 * Greenlets in the order in which they end. To be closed, after which nothing of it stays with
 * those that have not ended:
 *
 * <pre>{@code
 * try (CompletedTasks<Quote> done = Greenlets.asCompleted(tasks)) {
 *   for (GreenletTask<Quote> task : done) {
 *     quotes.add(task.get());
 *   }
 * }
 * }</pre>
 *
 * <p>Used by one greenlet or thread at a time. It may switch between two elements.
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
   * @throws NoSuchElementException if there is none left
   * @throws IllegalStateException if this is closed, or the caller is one of the greenlets
   * @throws DeadlockException if all that are left wait for the caller, directly or not
   * @throws InterruptedException if the caller is interrupted before or meanwhile
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
   * Waits for the next greenlet to end, but not for longer than {@code timeout}. A switch point.
   *
   * @param timeout how long; zero or less looks once
   * @return the greenlet, or {@code null} when the time is up
   * @throws NoSuchElementException if there is none left
   * @throws IllegalStateException if this is closed, or the caller is one of the greenlets
   * @throws InterruptedException if the caller is interrupted before or meanwhile
   * @throws GreenletExit if the caller is killed
   */
  public @Nullable GreenletTask<T> poll(Duration timeout) throws InterruptedException {
    return await(timeout);
  }

  private @Nullable GreenletTask<T> await(@Nullable Duration timeout) throws InterruptedException {
    if (closed) {
      throw new IllegalStateException(
          "These completed tasks are closed, with %d left: take them before".formatted(left));
    }
    if (left == 0) {
      throw new NoSuchElementException("All of the %d have ended".formatted(registrations.size()));
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
              .await(reason); // perhaps for nothing, woken by one that was taken before
        } else if (!waiter.awaitUntil(reason, due) && ended.isEmpty()) {
          return null;
        }
      }
    } finally {
      consumer = null;
    }
  }

  /**
   * Whether there is a greenlet that was not yet taken. Does not wait.
   *
   * @return whether {@link #next} returns one, sooner or later
   */
  @Override
  public boolean hasNext() {
    return !closed && left > 0;
  }

  /**
   * Like {@link #take}, but an interrupt, which stays set, becomes a {@link CancellationException}.
   *
   * @return the greenlet
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
   * Itself: what one loop has taken, the next one does not see.
   *
   * @return this
   */
  @Override
  public Iterator<GreenletTask<T>> iterator() {
    return this;
  }

  /** The next end, at which any of the greenlets ends the wait. */
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
      return List.of(); // nothing asks one wait for the others
    }
  }

  /** Forgets those that have not been taken. Any number of times. */
  @Override
  public void close() {
    closed = true;
    registrations.forEach(Registration::close);
  }
}
