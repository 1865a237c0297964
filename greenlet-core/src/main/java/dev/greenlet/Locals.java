package dev.greenlet;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The owner of the values of locals of one greenlet, which refers to the owner of the values of its
 * tree. The values themselves are held by the locals; see {@link LocalValues}. Thread-safe.
 */
final class Locals extends ValueOwner {
  private final Tree tree;
  private volatile boolean ended;

  /**
   * The owner that the greenlets of one tree share: created for the root, and passed on to the
   * greenlets that it spawns.
   */
  private static final class Tree extends ValueOwner {
    private final AtomicInteger unfinished = new AtomicInteger();
    private final @Nullable WeakReference<Locals> starter;

    Tree(@Nullable Locals starter) {
      this.starter = starter == null ? null : new WeakReference<>(starter);
    }

    @Nullable Tree above() {
      Locals above = starter == null ? null : starter.get();
      return above == null || above.ended ? null : above.tree;
    }
  }

  private Locals(Tree tree) {
    this.tree = tree;
  }

  /** Creates the owner of a child, in the tree of its parent. */
  static Locals ofChild(Locals parent) {
    return new Locals(parent.tree);
  }

  /** Creates the owner of a root and its tree. The starter belongs to the spawning greenlet. */
  static Locals ofRoot(@Nullable Locals starter) {
    return new Locals(new Tree(starter));
  }

  /**
   * Returns the tree of the greenlet, followed by the tree of the greenlet that started its root,
   * and so on upwards.
   */
  List<Object> trees() {
    List<Object> trees = new ArrayList<>(2);
    for (Tree next = tree; next != null; next = next.above()) {
      trees.add(next);
    }
    return trees;
  }

  /** Returns the owner of the values of the greenlet's tree. */
  ValueOwner ofTree() {
    return tree;
  }

  /** Counts the greenlet as started. */
  void begin() {
    tree.unfinished.incrementAndGet();
  }

  /**
   * Removes the values of the greenlet, which has ended, and those of its tree if it was the last
   * of the tree.
   */
  void release() {
    ended = true;
    tree.unfinished.decrementAndGet();
    sweep();
  }

  /** Removes the values that listeners of the end have set. */
  void sweep() {
    end();
    if (tree.unfinished.get() == 0) {
      tree.end();
    }
  }
}
