package dev.greenlet;

import dev.greenlet.fiber.Fiber;
import dev.greenlet.loop.RunLoop;
import java.util.List;

/**
 * One slice of a hub, seen while it ran: what the hub has been busy with since its last switch. For
 * those who watch hubs from outside; see {@link Hub#slice()}.
 *
 * <p>Thread-safe. Holds on to the greenlet's stack, so it is not to be kept for long.
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
   * Whether this very slice still runs. Any thread; {@code false} is for ever.
   *
   * @return whether there was no switch since
   */
  public boolean isRunning() {
    return loop.current() == fiber && loop.entries() == number;
  }

  /** Returns whether the slice is one of the greenlet whose thread this is. Any thread. */
  boolean isOf(Thread greenlet) {
    return fiber.thread() == greenlet;
  }

  /**
   * Returns the name of the thread that the slice runs on, which identifies it when {@linkplain
   * GreenletRuntime#find(Slice) no living greenlet} does.
   *
   * @return the name
   */
  public String threadName() {
    return Printable.of(fiber.thread().getName());
  }

  /**
   * What the thread of the slice is doing. Any thread; outdated at once.
   *
   * @return the state, which is that of some other moment when the slice is over
   */
  public Thread.State threadState() {
    return fiber.thread().getState();
  }

  /**
   * The stack of what runs, innermost frame first. Any thread. Costs a handshake with the carrier
   * and what the stack is deep.
   *
   * @return the frames; none when the slice was over before they could be had
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
