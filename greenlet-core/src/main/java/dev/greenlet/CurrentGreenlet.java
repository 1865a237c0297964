package dev.greenlet;

import org.jspecify.annotations.Nullable;

/** The greenlet as which the calling thread runs, if any. */
final class CurrentGreenlet {
  private static final ThreadLocal<@Nullable DefaultGreenletTask<?>> CURRENT = new ThreadLocal<>();

  private CurrentGreenlet() {}

  static @Nullable DefaultGreenletTask<?> get() {
    return CURRENT.get();
  }

  static DefaultGreenletTask<?> require() {
    DefaultGreenletTask<?> current = get();
    if (current == null) {
      throw new IllegalStateException(
          "Thread '%s' is not a greenlet: spawn one with GreenletRuntime.spawn"
              .formatted(Printable.of(Thread.currentThread().getName())));
    }
    return current;
  }

  static void set(DefaultGreenletTask<?> greenlet) {
    CURRENT.set(greenlet);
  }

  static void clear() {
    CURRENT.remove();
  }
}
