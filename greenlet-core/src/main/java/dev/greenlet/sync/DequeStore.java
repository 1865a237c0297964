package dev.greenlet.sync;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PublisherIterator in the order they came, or the other way round. */
final class DequeStore<E> extends Store<E> {
  private final ArrayDeque<E> elements = new ArrayDeque<>();
  private final boolean lastInFirstOut;

  DequeStore(boolean lastInFirstOut) {
    this.lastInFirstOut = lastInFirstOut;
  }

  @Override
  Staged<E> stage(E element) {
    return Staged.plain(element);
  }

  @Override
  boolean commit(Staged<E> staged) {
    if (lastInFirstOut) {
      elements.addFirst(staged.element());
    } else {
      elements.addLast(staged.element());
    }
    return true;
  }

  @Override
  boolean takesUnstaged() {
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
  @SuppressWarnings("ReferenceEquality") // the very element, and no foreign equals
  boolean remove(E element) {
    for (Iterator<E> each = elements.iterator(); each.hasNext(); ) {
      if (each.next() == element) {
        each.remove();
        return true;
      }
    }
    return false;
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
