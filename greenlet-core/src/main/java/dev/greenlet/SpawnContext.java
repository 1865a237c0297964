package dev.greenlet;

import org.reactivestreams.Publisher;

/**
 * Carries what belongs to the spawning greenlet or thread (a logging context, a security context)
 * over to what it spawns, and to the publishers that it awaits. Implementations are thread-safe.
 */
@FunctionalInterface
public interface SpawnContext {

  /** What was captured when a greenlet was spawned. */
  @FunctionalInterface
  interface Captured {
    /**
     * Sets what was captured. Called in the new greenlet before its body runs.
     *
     * @return what sets it back, called in the same greenlet after its body
     */
    Runnable restore();
  }

  /**
   * Captures what belongs to the calling thread. Called by whoever spawns.
   *
   * @return what was captured
   */
  Captured capture();

  /**
   * Carries what belongs to the calling greenlet over to a publisher. Called by the greenlet before
   * it subscribes. Carries nothing over unless overridden.
   *
   * @param publisher what is about to be subscribed to
   * @param <T> the type of the elements
   * @return what to subscribe to instead
   */
  default <T> Publisher<T> carryInto(Publisher<T> publisher) {
    return publisher;
  }

  /**
   * Carries nothing over.
   *
   * @return the context that runtimes use unless told otherwise
   */
  static SpawnContext none() {
    return NoSpawnContext.INSTANCE;
  }
}
