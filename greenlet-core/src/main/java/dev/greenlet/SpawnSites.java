package dev.greenlet;

import java.lang.StackWalker.StackFrame;
import java.security.CodeSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Captures where greenlets are spawned: the innermost frames of the spawner, without those of this
 * library, and no further than the body of the spawning greenlet, which has a spawn site of its
 * own. Thread-safe.
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

  /** Creates an object that captures at most so many frames; zero costs nothing. */
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
