package dev.greenlet.sync;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The least element first, equal ones in the order of their arrival: a sorted list. The comparator
 * runs without the guard, so that it may throw, wait or use the queue. If another caller moves
 * elements during the search, the element must be staged again. Removals compare nothing.
 */
final class SortedStore<E> extends Store<E> {
  private final Comparator<? super E> order;
  private final List<E> elements = new ArrayList<>(); // greatest first: the head is the last
  private int moves; // changes of the positions of elements, of which the removal of a head is none

  SortedStore(Comparator<? super E> order) {
    this.order = order;
  }

  @Override
  boolean needsStaging() {
    return true;
  }

  @Override
  Staged<E> stage(E element, WaitGuard guard) {
    int seen;
    int high;
    guard.lock();
    seen = moves;
    high = elements.size();
    guard.unlock();
    if (high == 0) {
      order.compare(element, element); // an element that cannot be compared is always rejected
    }
    int low = 0;
    while (low < high) {
      int middle = (low + high) >>> 1;
      E other =
          guard.call(() -> seen == moves && middle < elements.size() ? elements.get(middle) : null);
      if (other != null && order.compare(element, other) < 0) {
        low = middle + 1;
      } else {
        high = middle; // also when heads were removed: the position is in front of them
      }
    }
    return new Staged<>(element, low, seen);
  }

  @Override
  boolean add(Staged<E> staged) {
    if (staged.moves() != moves) {
      return false;
    }
    elements.add(Math.min(staged.position(), elements.size()), staged.element());
    moves++;
    return true;
  }

  @Override
  @Nullable E first() {
    return elements.isEmpty() ? null : elements.getLast();
  }

  @Override
  @Nullable E removeFirst() {
    return elements.isEmpty() ? null : elements.removeLast();
  }

  @Override
  boolean remove(E element) {
    moves++;
    return removeIdentical(elements, element);
  }

  @Override
  int size() {
    return elements.size();
  }

  @Override
  void addAllTo(List<E> target) {
    target.addAll(elements.reversed());
  }

  @Override
  void clear() {
    elements.clear();
    moves++;
  }
}
