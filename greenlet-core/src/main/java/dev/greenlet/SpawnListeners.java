package dev.greenlet;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who wants to be told of every greenlet that is spawned. Thread-safe. */
final class SpawnListeners {
  private final CopyOnWriteArrayList<Consumer<? super GreenletTask<?>>> listeners =
      new CopyOnWriteArrayList<>();

  Registration add(Consumer<? super GreenletTask<?>> listener) {
    listeners.addIfAbsent(listener);
    return () -> listeners.remove(listener);
  }

  /** Tells all of them; what one throws does not concern the others, nor whoever spawns. */
  void tell(DefaultGreenletTask<?> spawned) {
    for (Consumer<? super GreenletTask<?>> listener : listeners) {
      try {
        listener.accept(spawned);
      } catch (Throwable failure) {
        spawned.runtime().unobservedFailures().listenerFailed(spawned, failure);
      }
    }
  }
}
