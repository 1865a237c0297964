package dev.greenlet;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The owner of one greenlet's own values of locals, which knows the owner of those of its tree. The
 * values are kept by the locals, see {@link LocalValues}.
 */
final class Locals extends ValueOwner {
  private final Tree tree;
  private volatile boolean ended;

  /** What the greenlets of one tree share: made by the root, passed on to what it spawns. */
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

  /** Creates the owner of a root and its tree. The starter is that of the spawning greenlet. */
  static Locals ofRoot(@Nullable Locals starter) {
    return new Locals(new Tree(starter));
  }

  /** Returns the greenlet's tree, that of the greenlet that started its root, and so on upwards. */
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

  /** Notes that the greenlet begins to live. */
  void begin() {
    tree.unfinished.incrementAndGet();
  }

  /**
   * Forgets the values, for the greenlet has ended; with the last one of a tree, also the tree's.
   */
  void release() {
    ended = true;
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
