package dev.greenlet.scope;

import dev.greenlet.GreenletTask;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The results of a pool's {@code map}, as they come. To be closed, which kills what is still at
 * work for it.
 *
 * <p>A result that failed makes {@link #next} throw; the iteration may go on after it. So it is
 * when the inputs themselves fail, after which no more come. Used by one greenlet or thread at a
 * time.
 *
 * @param <B> the type of the results
 */
public final class PoolResults<B extends @Nullable Object>
    implements Iterable<B>, Iterator<B>, AutoCloseable {
  private static final WaitReason RESULT =
      new WaitReason(WaitReason.JOIN, "the next result of a pool");
  private static final WaitReason ROOM =
      new WaitReason(WaitReason.ADMISSION, "room for a result of a pool");

  private final boolean ordered;
  private final int maxUnread;
  private final Object lock = new Object();

  // all guarded by lock
  private final Set<GreenletTask<B>> working = new LinkedHashSet<>(); // or, if ordered, unread
  private final ArrayDeque<GreenletTask<B>> finished = new ArrayDeque<>(); // unless ordered
  private int unread;
  private boolean exhausted;
  private boolean closed;
  private @Nullable Throwable inputFailure;
  private @Nullable Waiter consumer;
  private @Nullable Waiter feeder;
  private @Nullable GreenletTask<?> feeding;

  PoolResults(boolean ordered, int maxUnread) {
    if (maxUnread < 1) {
      throw new IllegalArgumentException(
          "'maxUnread' must be at least 1, was %d".formatted(maxUnread));
    }
    this.ordered = ordered;
    this.maxUnread = maxUnread;
  }

  // --- the feeder's side ------------------------------------------------------------------------

  /** Says who feeds this. */
  void fedBy(GreenletTask<?> feeding) {
    synchronized (lock) {
      this.feeding = feeding;
    }
    feeding.onEnd(() -> exhausted(null)); // also when it is killed
  }

  /** Waits until one more result may be unread. */
  void awaitRoom() throws InterruptedException {
    while (true) {
      Waiter waiter = Waiter.ofCurrent();
      synchronized (lock) {
        if (unread < maxUnread) {
          unread++;
          return;
        }
        feeder = waiter;
      }
      waiter.await(ROOM);
    }
  }

  void started(GreenletTask<B> task) {
    boolean tooLate;
    synchronized (lock) {
      working.add(task);
      tooLate = closed;
    }
    task.onEnd(() -> finished(task));
    if (tooLate) {
      task.kill("its results are closed");
    }
  }

  /** The result for which room was made will not come. */
  void notStarted() {
    synchronized (lock) {
      unread--;
    }
  }

  private void finished(GreenletTask<B> task) {
    synchronized (lock) {
      if (!ordered && working.remove(task)) {
        finished.add(task);
      }
      wakeConsumer();
    }
  }

  /** No more will come. */
  void exhausted(@Nullable Throwable failure) {
    synchronized (lock) {
      if (!exhausted) {
        exhausted = true;
        inputFailure = failure;
      }
      wakeConsumer();
    }
  }

  private void wakeConsumer() {
    if (consumer != null) {
      consumer.wake();
    }
  }

  // --- the consumer's side ----------------------------------------------------------------------

  /**
   * Whether there is another result. A switch point: it waits until that is known.
   *
   * @return whether {@link #next} returns or throws it
   * @throws CancellationException if the caller is interrupted; the interrupt stays set
   */
  @Override
  public boolean hasNext() {
    try {
      while (true) {
        Waiter waiter = Waiter.ofCurrent();
        synchronized (lock) {
          if (closed) {
            return false;
          }
          if (peekReady() != null || inputFailure != null) {
            return true;
          }
          if (exhausted && unread == 0) {
            return false;
          }
          consumer = waiter;
        }
        waiter.await(RESULT);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException("Interrupted while waiting");
      cancelled.initCause(interrupted);
      throw cancelled;
    }
  }

  /**
   * The next result. A switch point.
   *
   * @return the result
   * @throws CompletionException if it failed, or the inputs did, with what was thrown as the cause
   * @throws CancellationException if what was at it was killed, or the caller is interrupted
   * @throws NoSuchElementException if there is none
   */
  @Override
  public B next() {
    if (!hasNext()) {
      throw new NoSuchElementException(closed ? "The results are closed" : "All results are read");
    }
    GreenletTask<B> ready;
    synchronized (lock) {
      ready = peekReady();
      if (ready == null) {
        Throwable failure = inputFailure;
        inputFailure = null;
        throw new CompletionException("The inputs of the pool failed", failure);
      }
      working.remove(ready);
      finished.remove(ready);
      unread--;
      if (feeder != null) {
        feeder.wake();
      }
    }
    return valueOf(ready);
  }

  private @Nullable GreenletTask<B> peekReady() {
    if (!ordered) {
      return finished.peek();
    }
    if (working.isEmpty()) {
      return null;
    }
    GreenletTask<B> first = working.iterator().next();
    return first.isDone() ? first : null;
  }

  private static <B extends @Nullable Object> B valueOf(GreenletTask<B> ended) {
    try {
      return ended.get();
    } catch (ExecutionException failed) {
      throw new CompletionException(failed.getMessage(), failed.getCause());
    } catch (InterruptedException impossible) {
      throw new AssertionError("it has ended", impossible);
    }
  }

  /**
   * All results that are left, and closes this. A switch point.
   *
   * @return the results
   * @throws CompletionException if one failed, or the inputs did; the others are killed
   */
  public List<B> toList() {
    try (this) {
      List<B> results = new ArrayList<>();
      forEachRemaining(results::add);
      return results;
    }
  }

  /**
   * Itself: what one loop has read, the next one does not see.
   *
   * @return this
   */
  @Override
  public Iterator<B> iterator() {
    return this;
  }

  /** Kills what is still at work for this, without waiting. Any number of times. */
  @Override
  public void close() {
    Collection<GreenletTask<?>> victims;
    synchronized (lock) {
      closed = true;
      victims = new ArrayList<>(working);
      if (feeding != null) {
        victims.add(feeding);
      }
    }
    Members.killAtOnce(victims, "its results are closed");
  }
}
