package dev.greenlet.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a queue, in the order in which they are taken. All methods but {@link #stage} are
 * called under the guard and run no foreign code.
 */
abstract sealed class Store<E> permits DequeStore, SortedStore {

  /** Returns whether the caller that puts an element must stage it. */
  abstract boolean needsStaging();

  /** Finds the position of an element. Called without the guard; may run foreign code. */
  abstract Staged<E> stage(E element, WaitGuard guard);

  /** Adds an element. Returns {@code false} if it must be staged again. */
  abstract boolean add(Staged<E> staged);

  abstract @Nullable E first();

  abstract @Nullable E removeFirst();

  /** Removes an element, compared by identity. Returns whether it was present. */
  abstract boolean remove(E element);

  @SuppressWarnings("ReferenceEquality") // a foreign equals must not run under the guard
  static <E> boolean removeIdentical(Collection<E> elements, E element) {
    for (Iterator<E> each = elements.iterator(); each.hasNext(); ) {
      if (each.next() == element) {
        each.remove();
        return true;
      }
    }
    return false;
  }

  abstract int size();

  abstract void addAllTo(List<E> target);

  List<E> toList() {
    List<E> elements = new ArrayList<>(size());
    addAllTo(elements);
    return elements;
  }

  abstract void clear();

  /** An element to be added at a position, which holds until elements have moved. */
  record Staged<E>(E element, int position, int moves) {
    static <E> Staged<E> anywhere(E element) {
      return new Staged<>(element, 0, 0);
    }
  }
}
