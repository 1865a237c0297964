package dev.greenlet.reactive;

import dev.greenlet.GreenletExit;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * The elements of a publisher, for a caller that waits for one after the other. To be closed, which
 * cancels the subscription:
 *
 * <pre>{@code
 * try (PublisherIterator<Price> prices = Publishers.each(publisher, 16)) {
 *   for (Price price : prices) {
 *     show(price);
 *   }
 * }
 * }</pre>
 *
 * <p>The publisher is never asked for more than the caller's prefetch beyond what has been taken.
 * It publishes on threads of its own; what it published before a failure comes before the failure.
 *
 * <p>Used by one greenlet or thread at a time. It may switch between two elements.
 *
 * @param <T> the type of the elements
 */
public final class PublisherIterator<T> implements Iterable<T>, Iterator<T>, AutoCloseable {
  private final WaitReason reason;
  private final int prefetch;
  private final int batch;
  private final QueueSubscriber<T> inbox = new QueueSubscriber<>();
  private @Nullable T ahead; // looked at by hasNext
  private boolean asked;
  private int takenOfBatch;
  private boolean closed;

  PublisherIterator(Publisher<? extends T> publisher, int prefetch) {
    if (prefetch < 1) {
      throw new IllegalArgumentException("'prefetch' must be at least 1, was " + prefetch);
    }
    this.reason = new WaitReason(WaitReason.REACTOR, nameOf(publisher.getClass()));
    this.prefetch = prefetch;
    this.batch = prefetch - prefetch / 4;
    Publishers.inContext(publisher).subscribe(inbox);
    askForFirst();
  }

  /** Returns the type of a publisher; never its {@code toString}, which may contain values. */
  private static String nameOf(Class<?> type) {
    return type.isHidden() || type.isAnonymousClass() ? "a publisher" : type.getSimpleName();
  }

  /** Waits for the only element of a publisher. */
  static <T> @Nullable T single(Publisher<? extends T> publisher)
      throws InterruptedException, ExecutionException {
    try (PublisherIterator<T> elements = new PublisherIterator<>(publisher, 2)) {
      T value = elements.take();
      if (value != null && elements.take() != null) {
        throw new IllegalStateException(
            "%s published more than one value: use Publishers.each"
                .formatted(elements.reason.detail()));
      }
      return value;
    }
  }

  /**
   * Waits for the next element. A switch point.
   *
   * @return the element, or {@code null} when all have been taken
   * @throws ExecutionException if the publisher failed
   * @throws IllegalStateException if this is closed
   * @throws InterruptedException if the caller is interrupted before or meanwhile
   * @throws GreenletExit if the caller is killed
   */
  public @Nullable T take() throws InterruptedException, ExecutionException {
    if (closed) {
      throw new IllegalStateException(
          "The elements of %s are closed: take them before".formatted(reason.detail()));
    }
    T next = ahead;
    ahead = null;
    while (next == null) {
      next = inbox.poll();
      if (next != null) {
        askForMore();
      } else if (inbox.isExhausted()) {
        inbox.throwFailure();
        return null;
      } else {
        awaitSignal();
      }
    }
    return next;
  }

  private void awaitSignal() throws InterruptedException {
    Waiter waiter = Waiter.ofCurrent();
    inbox.consumer(waiter);
    try {
      askForFirst();
      if (inbox.isQuiet(asked)) {
        waiter.await(reason);
      }
    } finally {
      inbox.consumer(null);
    }
  }

  private void askForFirst() {
    asked = asked || inbox.request(prefetch);
  }

  private void askForMore() {
    if (++takenOfBatch == batch) {
      takenOfBatch = 0;
      inbox.request(batch);
    }
  }

  /**
   * Waits for the next element, or the end. A switch point.
   *
   * @return whether there is another one
   * @throws CompletionException if the publisher failed
   * @throws CancellationException if the caller is interrupted before or meanwhile; it still is
   *     afterwards
   * @throws IllegalStateException if this is closed
   * @throws GreenletExit if the caller is killed
   */
  @Override
  public boolean hasNext() {
    ahead = takeUnchecked();
    return ahead != null;
  }

  /**
   * Like {@link #take}, for a loop.
   *
   * @return the element
   * @throws NoSuchElementException if all have been taken
   * @throws CompletionException if the publisher failed
   * @throws CancellationException if the caller is interrupted before or meanwhile; it still is
   *     afterwards
   * @throws IllegalStateException if this is closed
   * @throws GreenletExit if the caller is killed
   */
  @Override
  public T next() {
    T next = takeUnchecked();
    if (next == null) {
      throw new NoSuchElementException("All of " + reason.detail() + " has been taken");
    }
    return next;
  }

  private @Nullable T takeUnchecked() {
    try {
      return take();
    } catch (ExecutionException failed) {
      throw new CompletionException(failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException("Interrupted while waiting");
      cancelled.initCause(interrupted);
      throw cancelled;
    }
  }

  /**
   * Returns this iterator: what one loop has taken, the next one does not see.
   *
   * @return this
   */
  @Override
  public Iterator<T> iterator() {
    return this;
  }

  /** Cancels the subscription, unless all was published. Any number of times. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      ahead = null;
      inbox.leave();
    }
  }
}
