package dev.greenlet;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The live parent and the live children of one greenlet. A greenlet that ends hands its children
 * over to its parent. Thread-safe; lock-free except for the creation of a set.
 */
final class TaskTreeNode {
  private final DefaultGreenletTask<?> self;
  private volatile @Nullable DefaultGreenletTask<?> parent;
  private volatile @Nullable Set<DefaultGreenletTask<?>> children;

  TaskTreeNode(DefaultGreenletTask<?> self, @Nullable DefaultGreenletTask<?> parent) {
    this.self = self;
    this.parent = parent;
  }

  /** Adds the greenlet to the children of its parent. */
  void join() {
    DefaultGreenletTask<?> spawner = parent;
    if (spawner != null) {
      spawner.treeNode().adopt(self);
    }
  }

  /**
   * Leaves the tree and hands the children over to the parent. Called after the end of the greenlet
   * has become visible.
   */
  void leave() {
    DefaultGreenletTask<?> heir = parent;
    Set<DefaultGreenletTask<?>> orphans = children;
    if (orphans != null) {
      for (DefaultGreenletTask<?> orphan : orphans) {
        if (orphans.remove(orphan)) {
          if (heir == null) {
            orphan.treeNode().parent = null;
          } else {
            heir.treeNode().adopt(orphan);
          }
        }
      }
    }
    if (heir != null) {
      heir.treeNode().childSet().remove(self);
    }
  }

  /**
   * Makes one child the parent of another. Called by the greenlet itself, so that neither child is
   * moved meanwhile except by its own end, and no cycle arises.
   */
  void reparent(DefaultGreenletTask<?> child, DefaultGreenletTask<?> heir) {
    if (childSet().remove(child)) {
      heir.treeNode().adopt(child);
      DefaultGreenletTask<?> adopter = child.treeNode().parent;
      if (child.isDone() && adopter != null) {
        adopter.treeNode().childSet().remove(child); // it may have left only its old parent
      }
    }
  }

  private void adopt(DefaultGreenletTask<?> child) {
    DefaultGreenletTask<?> adopter = self;
    while (adopter != null) {
      child.treeNode().parent = adopter;
      adopter.treeNode().childSet().add(child);
      if (!adopter.isDone()) {
        return;
      }
      // it has ended meanwhile, and may have missed the child when it handed over its children
      adopter.treeNode().childSet().remove(child);
      adopter = adopter.treeNode().parent;
    }
    child.treeNode().parent = null;
  }

  private Set<DefaultGreenletTask<?>> childSet() {
    Set<DefaultGreenletTask<?>> set = children;
    if (set == null) {
      synchronized (this) {
        set = children;
        if (set == null) {
          set = ConcurrentHashMap.newKeySet();
          children = set;
        }
      }
    }
    return set;
  }

  @Nullable DefaultGreenletTask<?> parent() {
    DefaultGreenletTask<?> nearest = parent;
    while (nearest != null && nearest.isDone()) {
      nearest = nearest.treeNode().parent;
    }
    return nearest;
  }

  List<GreenletTask<?>> children() {
    Set<DefaultGreenletTask<?>> set = children;
    return set == null
        ? List.of()
        : set.stream()
            .filter(child -> !child.isDone())
            .sorted(Comparator.comparingLong(DefaultGreenletTask::id))
            .<GreenletTask<?>>map(child -> child)
            .toList();
  }
}
