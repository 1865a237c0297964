package dev.greenlet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who holds something or waits for it: a greenlet, or a thread that is none.
 *
 * @param thread the thread, which for a greenlet is the same for life
 * @param greenlet the greenlet, or {@code null}
 */
public record Strand(Thread thread, @Nullable GreenletTask<?> greenlet) {

  /**
   * The caller. Any thread.
   *
   * @return the strand
   */
  public static Strand current() {
    return new Strand(Thread.currentThread(), CurrentGreenlet.get());
  }

  /**
   * Returns the party that a greenlet is. Any thread.
   *
   * @param greenlet the greenlet
   * @return the strand
   */
  public static Strand of(GreenletTask<?> greenlet) {
    return switch (greenlet) {
      case DefaultGreenletTask<?> task -> new Strand(task.thread(), task);
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

  /**
   * Returns the trees that may wait for what this strand does: its own in front, then, as long as
   * the greenlet that started the root of a tree lives, the tree of that one. A thread has a tree
   * of its own. Any thread.
   *
   * @return an object for each tree, the same one for life, to be compared by identity
   */
  public List<Object> trees() {
    return switch (greenlet) {
      case DefaultGreenletTask<?> task -> task.locals().trees();
      case null -> List.of(thread);
    };
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
