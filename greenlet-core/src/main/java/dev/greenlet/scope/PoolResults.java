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
 * The results of a pool's {@code map}, in the order in which it returns them. Must be closed, which
 * kills the work in progress. The close of the pool does so as well, and so does the garbage
 * collector when the results are no longer referenced.
 *
 * <p>For a failed result {@link #next} throws; the iteration may continue after it. If the inputs
 * themselves fail, {@code next} throws once, and there are no more results. Confined to one
 * greenlet or thread at a time; {@link #close} may be called by any thread.
 *
 * <p>The function's application to an input happens before {@code next} returns its result.
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
   * Waits until it is known whether there is another result. A switch point.
   *
   * @return whether {@link #next} has a result or a failure
   * @throws CancellationException if the caller is interrupted; the interrupt status stays set
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
   * Returns the next result, waiting for it if necessary. A switch point.
   *
   * @return the result
   * @throws CompletionException if the function or the inputs failed; its cause is the failure
   * @throws CancellationException if the greenlet of this result was killed, or the caller is
   *     interrupted
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
      throw new AssertionError("get() waited for a greenlet that has ended", impossible);
    }
  }

  /**
   * Returns all remaining results and closes this. A switch point.
   *
   * @return the results
   * @throws CompletionException if a result or the inputs failed; the remaining work is killed
   */
  public List<B> toList() {
    try (this) {
      List<B> results = new ArrayList<>();
      forEachRemaining(results::add);
      return results;
    }
  }

  /**
   * Returns this: results that one loop has read are not seen by the next.
   *
   * @return this
   */
  @Override
  public Iterator<B> iterator() {
    return this;
  }

  /** Kills the work in progress, without waiting. Any thread, any number of times. */
  @Override
  public void close() {
    end.clean();
  }
}
