package dev.greenlet.sync;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The least element first, equal ones in the order they came: an immutable search tree, balanced by
 * chance. Immutable, so that the comparator runs without the guard, on a tree that it cannot spoil:
 * if the tree is another one when the element is to be added, the comparing starts again. Removing
 * needs no comparing.
 */
final class SortedStore<E> extends Store<E> {
  private final Comparator<? super E> order;
  private volatile @Nullable Node<E> root;
  private int size;

  /** Nodes above have a greater weight than those below. */
  private record Node<E>(E element, int weight, @Nullable Node<E> left, @Nullable Node<E> right) {

    Node<E> withLeft(@Nullable Node<E> other) {
      return new Node<>(element, weight, other, right);
    }

    Node<E> withRight(@Nullable Node<E> other) {
      return new Node<>(element, weight, left, other);
    }
  }

  SortedStore(Comparator<? super E> order) {
    this.order = order;
  }

  @Override
  Staged<E> stage(E element) {
    Node<E> before = root;
    Node<E> added = new Node<>(element, ThreadLocalRandom.current().nextInt(), null, null);
    return new Staged<>(element, before, insert(before, added));
  }

  private Node<E> insert(@Nullable Node<E> tree, Node<E> added) {
    if (tree == null) {
      // an element that cannot be compared is refused even by an empty tree
      order.compare(added.element, added.element);
      return added;
    }
    return insertInto(tree, added);
  }

  private Node<E> insertInto(Node<E> tree, Node<E> added) {
    boolean left = order.compare(added.element, tree.element) < 0;
    Node<E> side = left ? tree.left : tree.right;
    Node<E> grown = side == null ? added : insertInto(side, added);
    if (grown.weight <= tree.weight) {
      return left ? tree.withLeft(grown) : tree.withRight(grown);
    }
    return left
        ? grown.withRight(tree.withLeft(grown.right))
        : grown.withLeft(tree.withRight(grown.left));
  }

  @Override
  @SuppressWarnings({"unchecked", "ReferenceEquality"}) // staged here, from this very tree
  boolean commit(Staged<E> staged) {
    if (staged.before() != root) {
      return false;
    }
    root = (Node<E>) staged.after();
    size++;
    return true;
  }

  @Override
  boolean takesUnstaged() {
    return false;
  }

  @Override
  @Nullable E first() {
    Node<E> tree = root;
    if (tree == null) {
      return null;
    }
    while (tree.left != null) {
      tree = tree.left;
    }
    return tree.element;
  }

  @Override
  @Nullable E removeFirst() {
    E first = first();
    Node<E> tree = root;
    if (tree != null) {
      root = withoutFirst(tree);
      size--;
    }
    return first;
  }

  private static <E> @Nullable Node<E> withoutFirst(Node<E> tree) {
    return tree.left == null ? tree.right : tree.withLeft(withoutFirst(tree.left));
  }

  @Override
  boolean remove(E element) {
    Node<E> tree = root;
    Node<E> rest = without(tree, element);
    if (rest == tree) {
      return false;
    }
    root = rest;
    size--;
    return true;
  }

  /** The same tree if the element is not in it. */
  @SuppressWarnings("ReferenceEquality") // the very element, and no foreign comparator
  private static <E> @Nullable Node<E> without(@Nullable Node<E> tree, E element) {
    if (tree == null) {
      return null;
    }
    if (tree.element == element) {
      return merge(tree.left, tree.right);
    }
    Node<E> left = without(tree.left, element);
    if (left != tree.left) {
      return tree.withLeft(left);
    }
    Node<E> right = without(tree.right, element);
    return right == tree.right ? tree : tree.withRight(right);
  }

  private static <E> @Nullable Node<E> merge(@Nullable Node<E> left, @Nullable Node<E> right) {
    if (left == null) {
      return right;
    }
    if (right == null) {
      return left;
    }
    return left.weight > right.weight
        ? left.withRight(merge(left.right, right))
        : right.withLeft(merge(left, right.left));
  }

  @Override
  int size() {
    return size;
  }

  @Override
  void addAllTo(List<E> elements) {
    addAllTo(elements, root);
  }

  private static <E> void addAllTo(List<E> elements, @Nullable Node<E> tree) {
    if (tree != null) {
      addAllTo(elements, tree.left);
      elements.add(tree.element);
      addAllTo(elements, tree.right);
    }
  }

  @Override
  void clear() {
    root = null;
    size = 0;
  }
}
