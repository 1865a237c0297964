package dev.greenlet.spring.reactor;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.function.Supplier;
import reactor.util.context.ContextView;

/** Sets the values of a Reactor context as thread locals. */
final class ContextBridge {
  private static final ContextSnapshotFactory SNAPSHOTS = ContextSnapshotFactory.builder().build();

  private ContextBridge() {}

  static <T> T withThreadLocals(ContextView context, Supplier<T> action) {
    if (context.isEmpty()) {
      return action.get();
    }
    try (ContextSnapshot.Scope _ = SNAPSHOTS.setThreadLocalsFrom(context)) {
      return action.get();
    }
  }
}
