package dev.greenlet.sync;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elements in the order of their arrival, or in the reverse order. */
final class DequeStore<E> extends Store<E> {
  private final ArrayDeque<E> elements = new ArrayDeque<>();
  private final boolean lastInFirstOut;

  DequeStore(boolean lastInFirstOut) {
    this.lastInFirstOut = lastInFirstOut;
  }

  @Override
  boolean needsStaging() {
    return false;
  }

  @Override
  Staged<E> stage(E element, WaitGuard guard) {
    return Staged.anywhere(element);
  }

  @Override
  boolean add(Staged<E> staged) {
    if (lastInFirstOut) {
      elements.addFirst(staged.element());
    } else {
      elements.addLast(staged.element());
    }
    return true;
  }

  @Override
  @Nullable E first() {
    return elements.peekFirst();
  }

  @Override
  @Nullable E removeFirst() {
    return elements.pollFirst();
  }

  @Override
  boolean remove(E element) {
    return removeIdentical(elements, element);
  }

  @Override
  int size() {
    return elements.size();
  }

  @Override
  void addAllTo(List<E> target) {
    target.addAll(elements);
  }

  @Override
  void clear() {
    elements.clear();
  }
}
