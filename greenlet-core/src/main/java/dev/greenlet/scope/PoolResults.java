package dev.greenlet.scope;

import dev.greenlet.GreenletTask;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The results of a pool's {@code map}, as they come. To be closed, which kills what is still at
 * work for it. The close of the pool, and the garbage collector when nothing refers to the results
 * any more, do that in the end, too.
 *
 * <p>A result that failed makes {@link #next} throw; the iteration may go on after it. So it is
 * when the inputs themselves fail, after which no more come. Used by one greenlet or thread at a
 * time.
 *
 * @param <B> the type of the results
 */
public final class PoolResults<B extends @Nullable Object>
    implements Iterable<B>, Iterator<B>, AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final ResultQueue<B> queue;
  private final Cleaner.Cleanable end;

  PoolResults(ResultQueue<B> queue) {
    this.queue = queue;
    this.end = CLEANER.register(this, queue::close);
  }

  /**
   * Whether there is another result. A switch point: it waits until that is known.
   *
   * @return whether {@link #next} returns or throws it
   * @throws CancellationException if the caller is interrupted; the interrupt stays set
   */
  @Override
  public boolean hasNext() {
    try {
      return queue.awaitNext();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException("Interrupted while waiting");
      cancelled.initCause(interrupted);
      throw cancelled;
    } finally {
      Reference.reachabilityFence(this);
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
      throw new NoSuchElementException(
          queue.isClosed() ? "The results are closed" : "All results are read");
    }
    return valueOf(queue.take());
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
    end.clean();
  }
}
