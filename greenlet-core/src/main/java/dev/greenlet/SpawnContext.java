package dev.greenlet;

/**
 * Carries what belongs to the spawning greenlet or thread (a logging context, a security context)
 * over to the greenlets that it spawns. Implementations are thread-safe.
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
   * Returns a context that carries nothing over.
   *
   * @return the context that runtimes use unless configured otherwise
   */
  static SpawnContext none() {
    return () -> () -> () -> {};
  }
}
