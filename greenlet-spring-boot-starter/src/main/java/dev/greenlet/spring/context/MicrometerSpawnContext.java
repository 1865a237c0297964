package dev.greenlet.spring.context;

import dev.greenlet.SpawnContext;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.Collection;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.util.function.SingletonSupplier;

/**
 * A spawn context that propagates every thread local that has a {@code ThreadLocalAccessor}. The
 * spawning thread captures the values; the greenlet restores them before its body, and removes them
 * after it.
 *
 * <p>Thread-safe if the accessors are.
 */
public final class MicrometerSpawnContext implements SpawnContext {
  private final ContextSnapshotFactory registered;
  private final Supplier<ContextSnapshotFactory> further;

  private MicrometerSpawnContext(
      ContextSnapshotFactory registered, Supplier<ContextSnapshotFactory> further) {
    this.registered = registered;
    this.further = further;
  }

  /**
   * Returns a context that propagates what a factory captures, and nothing else.
   *
   * @param snapshots captures the thread locals
   * @return the context
   */
  public static MicrometerSpawnContext of(ContextSnapshotFactory snapshots) {
    return new MicrometerSpawnContext(snapshots, () -> snapshotsOf(new ContextRegistry()));
  }

  /**
   * Returns a context that propagates by the accessors of Micrometer's registry, where the
   * application and its libraries register theirs, and by further accessors. A further accessor
   * whose key is in that registry when the first greenlet is spawned has no effect. The registry
   * itself is not changed, so that the further accessors concern greenlets alone.
   *
   * @param further accessors in addition to those of the registry
   * @return the context
   */
  public static MicrometerSpawnContext ofRegistryAnd(
      Collection<? extends ThreadLocalAccessor<?>> further) {
    return new MicrometerSpawnContext(
        snapshotsOf(ContextRegistry.getInstance()),
        SingletonSupplier.of(() -> snapshotsOf(registryOf(further))));
  }

  private static ContextRegistry registryOf(
      Collection<? extends ThreadLocalAccessor<?>> accessors) {
    Set<Object> registered =
        ContextRegistry.getInstance().getThreadLocalAccessors().stream()
            .map(ThreadLocalAccessor::key)
            .collect(Collectors.toSet());
    ContextRegistry registry = new ContextRegistry();
    accessors.stream()
        .filter(accessor -> !registered.contains(accessor.key()))
        .forEach(registry::registerThreadLocalAccessor);
    return registry;
  }

  private static ContextSnapshotFactory snapshotsOf(ContextRegistry registry) {
    return ContextSnapshotFactory.builder().contextRegistry(registry).build();
  }

  @Override
  public Captured capture() {
    ContextSnapshot first = registered.captureAll();
    ContextSnapshot second = further.get().captureAll();
    return () -> {
      ContextSnapshot.Scope outer = first.setThreadLocals();
      ContextSnapshot.Scope inner = second.setThreadLocals();
      return () -> {
        inner.close();
        outer.close();
      };
    };
  }
}
