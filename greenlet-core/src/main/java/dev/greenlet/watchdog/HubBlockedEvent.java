package dev.greenlet.watchdog;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reports that a slice has lasted longer than the threshold, during which no other greenlet of the
 * hub runs. Immutable; any thread may read it.
 *
 * @param hub the name of the hub
 * @param greenletId the id of the greenlet that runs, or whose completion listeners run; empty if
 *     it is not a greenlet of the runtime
 * @param greenletName the name of the greenlet, or of its thread
 * @param duration the time so far, at least
 * @param threshold the time after which the watchdog reports
 * @param cause the cause, {@link BlockCause#UNKNOWN} without a stack
 * @param stack the stack of the greenlet, innermost frame first; empty if no listener wants a
 *     stack, or if the slice has just ended
 * @param suppressed the number of earlier incidents of this hub that were not reported
 */
public record HubBlockedEvent(
    String hub,
    OptionalLong greenletId,
    String greenletName,
    Duration duration,
    Duration threshold,
    BlockCause cause,
    List<StackTraceElement> stack,
    long suppressed) {

  /**
   * Creates an event.
   *
   * @param hub the name of the hub
   * @param greenletId the id of the greenlet
   * @param greenletName the name of the greenlet
   * @param duration the time so far, at least
   * @param threshold the time after which the watchdog reports
   * @param cause the cause
   * @param stack the stack of the greenlet
   * @param suppressed the number of earlier incidents that were not reported
   */
  public HubBlockedEvent {
    stack = List.copyOf(stack);
  }

  /**
   * Returns the most relevant frame: the innermost outside of the JDK, otherwise the innermost.
   *
   * @return the frame, or {@code null} if there is no stack
   */
  public @Nullable StackTraceElement frame() {
    return frameOf(stack);
  }

  static @Nullable StackTraceElement frameOf(List<StackTraceElement> stack) {
    return stack.stream()
        .filter(frame -> !isOfTheJdk(frame.getClassName()))
        .findFirst()
        .orElse(stack.isEmpty() ? null : stack.getFirst());
  }

  /**
   * Describes the greenlet or thread that blocks the hub, for a message.
   *
   * @return a description such as {@code greenlet 17 'GET /x'}
   */
  public String culprit() {
    return greenletId.isPresent()
        ? "greenlet %d '%s'".formatted(greenletId.getAsLong(), greenletName)
        : "thread '%s'".formatted(greenletName);
  }

  private static boolean isOfTheJdk(String className) {
    return className.startsWith("java.")
        || className.startsWith("jdk.")
        || className.startsWith("sun.");
  }
}
