package dev.greenlet.spring.context;

import dev.greenlet.SpawnContext;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;

/**
 * Carries over to spawned greenlets whatever has a {@code ThreadLocalAccessor} in Micrometer's
 * registry: observations, logging and security contexts, and what the application registers.
 *
 * <p>Thread-safe if the accessors are.
 */
public final class MicrometerSpawnContext implements SpawnContext {
  private final ContextSnapshotFactory snapshots;

  /**
   * Creates a context.
   *
   * @param snapshots what captures the thread locals
   */
  public MicrometerSpawnContext(ContextSnapshotFactory snapshots) {
    this.snapshots = snapshots;
  }

  @Override
  public Captured capture() {
    ContextSnapshot snapshot = snapshots.captureAll();
    return () -> snapshot.setThreadLocals()::close;
  }
}
