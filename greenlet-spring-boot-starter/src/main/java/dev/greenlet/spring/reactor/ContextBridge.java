package dev.greenlet.spring.reactor;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.function.Supplier;
import org.springframework.util.ClassUtils;
import reactor.util.context.ContextView;

/** What the Reactor context holds, as thread locals, if context propagation is there. */
final class ContextBridge {
  private static final boolean PRESENT =
      ClassUtils.isPresent(
          "io.micrometer.context.ContextSnapshotFactory", ContextBridge.class.getClassLoader());

  private ContextBridge() {}

  static <T> T withThreadLocals(ContextView context, Supplier<T> action) {
    return PRESENT && !context.isEmpty() ? Propagation.run(context, action) : action.get();
  }

  private static final class Propagation {
    private static final ContextSnapshotFactory SNAPSHOTS =
        ContextSnapshotFactory.builder().build();

    static <T> T run(ContextView context, Supplier<T> action) {
      try (ContextSnapshot.Scope _ = SNAPSHOTS.setThreadLocalsFrom(context)) {
        return action.get();
      }
    }
  }
}
