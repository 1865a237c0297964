package dev.greenlet.sync;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a queue, in the order in which they will be taken. Every method is called with
 * the guard held and runs no foreign code, but for {@link #stage}.
 */
abstract sealed class Store<E> permits DequeStore, SortedStore {

  /**
   * Does what must be done before adding an element, foreign code included. Called without the
   * guard.
   *
   * @return what {@link #commit} wants
   */
  abstract Staged<E> stage(E element);

  /** Adds an element. Returns {@code false} when it must be staged again. */
  abstract boolean commit(Staged<E> staged);

  /** Whether an element may be committed by another than the one who brings it, without staging. */
  abstract boolean takesUnstaged();

  abstract @Nullable E first();

  abstract @Nullable E removeFirst();

  /** Removes this very element. Returns whether it was there. */
  abstract boolean remove(E element);

  abstract int size();

  abstract void addAllTo(List<E> elements);

  List<E> toList() {
    List<E> elements = new ArrayList<>(size());
    addAllTo(elements);
    return elements;
  }

  abstract void clear();

  /** An element about to be added, and what was found out for it beforehand. */
  record Staged<E>(E element, @Nullable Object before, @Nullable Object after) {
    static <E> Staged<E> plain(E element) {
      return new Staged<>(element, null, null);
    }
  }
}
