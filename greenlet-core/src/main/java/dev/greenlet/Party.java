package dev.greenlet;

import org.jspecify.annotations.Nullable;

/**
 * Who holds something or waits for it: a greenlet, or a thread that is none.
 *
 * @param thread the thread, which for a greenlet is the same for life
 * @param greenlet the greenlet, or {@code null}
 */
public record Party(Thread thread, @Nullable GreenletTask<?> greenlet) {

  /**
   * The caller. Any thread.
   *
   * @return the party
   */
  public static Party current() {
    return new Party(Thread.currentThread(), CurrentGreenlet.get());
  }

  /**
   * Returns the party that a greenlet is. Any thread.
   *
   * @param greenlet the greenlet
   * @return the party
   */
  public static Party of(GreenletTask<?> greenlet) {
    return switch (greenlet) {
      case DefaultGreenletTask<?> task -> new Party(task.thread(), task);
    };
  }

  /**
   * Whether this is the caller. Any thread.
   *
   * @return whether it is
   */
  public boolean isCurrent() {
    return thread == Thread.currentThread();
  }

  /** Whether it does nothing any more. Any thread; {@code true} is for ever. */
  boolean hasEnded() {
    return thread.getState() == Thread.State.TERMINATED && (greenlet == null || greenlet.isDone());
  }

  @Override
  public String toString() {
    return greenlet != null
        ? greenlet.toString()
        : "thread '" + Printable.of(thread.getName()) + "'";
  }
}
