package dev.greenlet.spring.reactor;

import dev.greenlet.SpawnContext;
import dev.greenlet.reactive.PublisherContext;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Carries over to spawned greenlets what another context does, and into the Reactor context of the
 * publishers that a greenlet awaits what Micrometer's registry knows of its thread locals.
 *
 * <p>Thread-safe if the other context is.
 */
public final class ReactorSpawnContext implements PublisherContext {
  private final SpawnContext delegate;

  /**
   * Creates a context.
   *
   * @param delegate what carries over to spawned greenlets
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
