package dev.greenlet.scope;

import dev.greenlet.GreenletTask;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The results of a pool's {@code map} between the greenlets that compute them and their consumer.
 * Does not refer to the consumer's {@link PoolResults}, so that these may be collected.
 *
 * @param <B> the type of the results
 */
final class ResultQueue<B extends @Nullable Object> {
  private static final WaitReason RESULT =
      new WaitReason(WaitReason.JOIN, "the next result of a pool");
  private static final WaitReason ROOM =
      new WaitReason(WaitReason.ADMISSION, "room for a result of a pool");

  private final boolean ordered;
  private final int maxUnread;
  private final Object lock = new Object();

  // all guarded by lock
  private final Set<GreenletTask<B>> working = new LinkedHashSet<>(); // or unread, if ordered
  private final ArrayDeque<GreenletTask<B>> finished = new ArrayDeque<>(); // if not ordered
  private int unread;
  private boolean exhausted;
  private boolean closed;
  private @Nullable Throwable inputFailure;
  private @Nullable Waiter consumer;
  private @Nullable Waiter feeder;
  private @Nullable GreenletTask<?> feeding;

  ResultQueue(boolean ordered, int maxUnread) {
    if (maxUnread < 1) {
      throw new IllegalArgumentException(
          "'maxUnread' must be at least 1, was %d".formatted(maxUnread));
    }
    this.ordered = ordered;
    this.maxUnread = maxUnread;
  }

  // --- feeder -----------------------------------------------------------------------------------

  /** Sets the greenlet that reads the inputs. */
  void fedBy(GreenletTask<?> feeding) {
    synchronized (lock) {
      this.feeding = feeding;
    }
    feeding.onEnd(() -> exhausted(null)); // also when it is killed
  }

  /** Waits until the number of unread results may grow by one. */
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

  /** Releases the room for a result whose greenlet was not started. */
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

  /** Marks the inputs as read, or failed: there will be no more results. */
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

  // --- consumer ---------------------------------------------------------------------------------

  /** Waits until it is known whether there is another result. */
  boolean awaitNext() throws InterruptedException {
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
  }

  /**
   * Takes the next result, which must be available.
   *
   * @throws CompletionException if the inputs failed
   */
  GreenletTask<B> take() {
    synchronized (lock) {
      GreenletTask<B> ready = peekReady();
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
      return ready;
    }
  }

  boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
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

  /** Kills the work in progress, without waiting. Any number of times. */
  void close() {
    Collection<GreenletTask<?>> targets;
    synchronized (lock) {
      closed = true;
      targets = new ArrayList<>(working);
      if (feeding != null) {
        targets.add(feeding);
      }
    }
    LiveMembers.killAtOnce(targets, "its results are closed");
  }
}
