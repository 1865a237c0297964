package dev.greenlet.watchdog;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A slice has lasted longer than the threshold: nothing else runs on the hub meanwhile. Immutable.
 *
 * @param hub the name of the hub
 * @param greenletId the id of the greenlet that runs or calls the listeners of its end, none when
 *     it is no greenlet of the runtime
 * @param greenletName its name, or that of its thread
 * @param duration how long at least
 * @param threshold how long it may have lasted
 * @param cause why, {@link BlockCause#UNKNOWN} without a stack
 * @param stack the stack of the greenlet, innermost frame first; empty when no listener wanted one,
 *     or when the slice ended just then
 * @param suppressed how many earlier incidents of this hub were not told
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
   * @param greenletName its name
   * @param duration how long at least
   * @param threshold how long it may have lasted
   * @param cause why
   * @param stack the stack of the greenlet
   * @param suppressed how many earlier incidents were not told
   */
  public HubBlockedEvent {
    stack = List.copyOf(stack);
  }

  /**
   * Where to look: the innermost frame outside the JDK, or else the innermost.
   *
   * @return the frame, or {@code null} when there is no stack
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
   * Who blocks the hub, for a message.
   *
   * @return something like {@code greenlet 17 'GET /x'}
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
