package dev.greenlet;

/**
 * Propagates the context of the spawning greenlet or thread, such as a logging or a security
 * context, to the greenlets that it spawns. An SPI for integrations.
 *
 * <p>Implementations are thread-safe: any thread may spawn.
 */
@FunctionalInterface
public interface SpawnContext {

  /** The context that was captured when a greenlet was spawned. */
  @FunctionalInterface
  interface Captured {
    /**
     * Sets the captured context. Called in the new greenlet before its body runs.
     *
     * @return the action that restores the previous context, called in the same greenlet after its
     *     body
     */
    Runnable restore();
  }

  /**
   * Captures the context of the calling greenlet or thread. Called by the spawner, once for each
   * greenlet.
   *
   * @return the captured context
   */
  Captured capture();

  /**
   * Returns a context that propagates nothing.
   *
   * @return the context that runtimes use unless configured otherwise
   */
  static SpawnContext none() {
    return () -> () -> () -> {};
  }
}
