package dev.greenlet;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The owner of one greenlet's own values of locals, which knows the owner of those of its tree. The
 * values are kept by the locals, see {@link LocalValues}.
 */
final class Locals extends ValueOwner {
  private final Tree tree;

  /** What the greenlets of one tree share: made by the root, passed on to what it spawns. */
  private static final class Tree extends ValueOwner {
    private final AtomicInteger unfinished = new AtomicInteger();
  }

  Locals(@Nullable Locals parent) {
    this.tree = parent == null ? new Tree() : parent.tree;
  }

  /** Returns the owner of the values of the greenlet's tree. */
  ValueOwner ofTree() {
    return tree;
  }

  /** Notes that the greenlet begins to live. */
  void begin() {
    tree.unfinished.incrementAndGet();
  }

  /**
   * Forgets the values, for the greenlet has ended; with the last one of a tree, also the tree's.
   */
  void letGo() {
    tree.unfinished.decrementAndGet();
    sweep();
  }

  /** Forgets what listeners of the end have set. */
  void sweep() {
    end();
    if (tree.unfinished.get() == 0) {
      tree.end();
    }
  }
}
