package dev.greenlet.spring.reactor;

import dev.greenlet.SpawnContext;
import dev.greenlet.reactive.PublisherContext;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A spawn context that also carries the thread locals of a greenlet, as far as Micrometer's
 * registry knows them, into the Reactor context of the publishers that the greenlet awaits.
 *
 * <p>Thread-safe if the other context is.
 */
public final class ReactorSpawnContext implements PublisherContext {
  private final SpawnContext delegate;

  /**
   * Creates a context.
   *
   * @param delegate the context that is carried over to spawned greenlets
   */
  public ReactorSpawnContext(SpawnContext delegate) {
    this.delegate = delegate;
  }

  @Override
  public Captured capture() {
    return delegate.capture();
  }

  @Override
  public <T> Publisher<T> carryInto(Publisher<T> publisher) {
    return publisher instanceof Mono<T> mono
        ? mono.contextCapture()
        : Flux.from(publisher).contextCapture();
  }
}
