package dev.greenlet.reactive;

import dev.greenlet.SpawnContext;
import org.reactivestreams.Publisher;

/**
 * A spawn context that is carried over not only to spawned greenlets, but also into the publishers
 * that a greenlet waits for with {@link Publishers}. Implementations are thread-safe.
 */
public interface PublisherContext extends SpawnContext {

  /**
   * Carries what belongs to the calling greenlet over to a publisher. Called by the greenlet before
   * it subscribes.
   *
   * @param publisher the publisher that is about to be subscribed to
   * @param <T> the type of the elements
   * @return the publisher to subscribe to instead
   */
  <T> Publisher<T> carryInto(Publisher<T> publisher);
}
