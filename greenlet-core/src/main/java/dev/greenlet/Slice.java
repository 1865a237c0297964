package dev.greenlet;

import dev.greenlet.fiber.Fiber;
import dev.greenlet.loop.RunLoop;
import java.util.List;

/**
 * A slice of a hub, observed while it ran: the work of the hub since its last switch. An SPI for
 * tools that monitor hubs from outside; see {@link Hub#slice()}.
 *
 * <p>Thread-safe: any thread may call each method. Keeps the stack of the greenlet reachable, and
 * so should not be kept for long.
 */
public final class Slice {
  private final RunLoop loop;
  private final Fiber fiber;
  private final long number;

  Slice(RunLoop loop, Fiber fiber, long number) {
    this.loop = loop;
    this.fiber = fiber;
    this.number = number;
  }

  /**
   * Returns whether this slice is still running. Once {@code false}, it stays so.
   *
   * @return {@code true} if the hub has not switched since
   */
  public boolean isRunning() {
    return loop.current() == fiber && loop.entries() == number;
  }

  /** Returns whether the slice is one of the greenlet with the given thread. */
  boolean isOf(Thread greenlet) {
    return fiber.thread() == greenlet;
  }

  /**
   * Returns the name of the thread on which the slice runs. It identifies the slice if {@linkplain
   * GreenletRuntime#find(Slice) no live greenlet} does.
   *
   * @return the name, made {@linkplain Printable printable}
   */
  public String threadName() {
    return Printable.of(fiber.thread().getName());
  }

  /**
   * Returns the state of the thread of the slice. Outdated at once.
   *
   * @return the state, which does not belong to this slice if the slice has ended
   */
  public Thread.State threadState() {
    return fiber.thread().getState();
  }

  /**
   * Returns the stack trace of the slice, innermost frame first. Costs a handshake with the
   * carrier, and time in proportion to the depth of the stack.
   *
   * @return the frames; empty if the slice ended before they were captured
   */
  public List<StackTraceElement> stackTrace() {
    if (!isRunning()) {
      return List.of();
    }
    List<StackTraceElement> frames = List.of(fiber.thread().getStackTrace());
    return isRunning() ? frames : List.of();
  }

  @Override
  public String toString() {
    return "slice %d on '%s'".formatted(number, threadName());
  }
}
