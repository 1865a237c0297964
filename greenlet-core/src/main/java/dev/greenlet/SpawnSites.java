package dev.greenlet;

import java.lang.StackWalker.StackFrame;
import java.security.CodeSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Remembers where greenlets are spawned: the innermost frames of whoever spawns, without those of
 * this library, and no further than the body of the spawning greenlet, whose own site is its own.
 */
final class SpawnSites {
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
  private static final @Nullable CodeSource LIBRARY = sourceOf(SpawnSites.class);
  private static final ClassValue<Boolean> OURS =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return LIBRARY != null && Objects.equals(sourceOf(type), LIBRARY);
        }
      };

  private final int frames;

  /** Remembers so many frames; none costs nothing. */
  SpawnSites(int frames) {
    this.frames = frames;
  }

  private static @Nullable CodeSource sourceOf(Class<?> type) {
    return type.getProtectionDomain().getCodeSource();
  }

  List<StackTraceElement> capture() {
    return frames == 0 ? List.of() : WALKER.walk(this::trim);
  }

  private List<StackTraceElement> trim(Stream<StackFrame> stack) {
    return stack
        .takeWhile(frame -> frame.getDeclaringClass() != DefaultGreenletTask.class)
        .filter(frame -> !OURS.get(frame.getDeclaringClass()))
        .limit(frames)
        .map(StackFrame::toStackTraceElement)
        .toList();
  }
}
