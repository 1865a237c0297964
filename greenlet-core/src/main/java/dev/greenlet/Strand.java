package dev.greenlet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A greenlet or a plain thread, as the holder of a synchronizer or as one that waits at it. An SPI
 * for libraries that build primitives of their own, and for tools.
 *
 * <p>Immutable; any thread may call each method.
 *
 * @param thread the thread; a greenlet has the same one for life
 * @param greenlet the greenlet, or {@code null} for a plain thread
 */
public record Strand(Thread thread, @Nullable GreenletTask<?> greenlet) {

  /**
   * Returns the strand of the caller.
   *
   * @return the strand
   */
  public static Strand current() {
    return new Strand(Thread.currentThread(), CurrentGreenlet.get());
  }

  /**
   * Returns the strand of a greenlet.
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
   * Returns whether this is the strand of the caller.
   *
   * @return {@code true} if it is
   */
  public boolean isCurrent() {
    return thread == Thread.currentThread();
  }

  /**
   * Returns the trees of greenlets that may wait for what this strand does. The first is the tree
   * of this strand. As long as the greenlet that started the root of a tree lives, the tree of that
   * greenlet follows. A plain thread has a tree of its own.
   *
   * @return an object for each tree, the same one for life, to be compared by identity
   */
  public List<Object> trees() {
    return switch (greenlet) {
      case DefaultGreenletTask<?> task -> task.locals().trees();
      case null -> List.of(thread);
    };
  }

  /** Returns whether this strand has terminated. Once {@code true}, it stays so. */
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
