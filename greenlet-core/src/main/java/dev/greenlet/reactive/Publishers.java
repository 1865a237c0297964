package dev.greenlet.reactive;

import dev.greenlet.GreenletExit;
import dev.greenlet.Greenlets;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Waits for what publishers publish. Any thread may call; a greenlet gives up its lane while it
 * waits, on every engine, which Reactor's {@code block} does not. What a {@link PublisherContext}
 * of the caller's runtime carries over is in the publisher's context.
 */
public final class Publishers {
  private Publishers() {}

  /**
   * Waits for the one value that a publisher is to publish, and for its completion after that. A
   * switch point. When the wait ends otherwise (a kill, a deadline, an interrupt), the subscription
   * is cancelled.
   *
   * @param publisher the publisher, which is subscribed to in the caller's thread
   * @param <T> the type of the value
   * @return the value, or {@code null} if the publisher completed without one
   * @throws ExecutionException if the publisher failed
   * @throws IllegalStateException if the publisher published a second value; see {@link #each}
   * @throws InterruptedException if the caller is interrupted
   * @throws GreenletExit if the caller is killed
   */
  public static <T> @Nullable T await(Publisher<T> publisher)
      throws InterruptedException, ExecutionException {
    return PublisherIterator.single(publisher);
  }

  /**
   * Subscribes to a publisher for its values, one after the other. Waits only in what it returns.
   *
   * @param publisher the publisher, which is subscribed to in the caller's thread
   * @param prefetch how many values it may publish ahead of the caller, at least 1
   * @param <T> the type of the values
   * @return the values, to be closed
   * @throws IllegalArgumentException if {@code prefetch} is out of range
   */
  public static <T> PublisherIterator<T> each(Publisher<? extends T> publisher, int prefetch) {
    return new PublisherIterator<>(publisher, prefetch);
  }

  /** Returns the publisher with what the context of the caller's runtime carries into it. */
  static <T> Publisher<T> inContext(Publisher<T> publisher) {
    return Greenlets.spawnContext() instanceof PublisherContext context
        ? context.carryInto(publisher)
        : publisher;
  }
}
