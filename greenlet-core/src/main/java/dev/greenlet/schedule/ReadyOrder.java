package dev.greenlet.schedule;

import org.jspecify.annotations.Nullable;

/**
 * Which of the ready greenlets of a hub runs next. FIFO unless a test wants to see the others. Used
 * by one run loop only; implementations need not be thread-safe.
 *
 * @param <E> what is ready
 */
public interface ReadyOrder<E> {

  /** Makes the order of each hub of a runtime. */
  interface Factory {
    /**
     * Makes the order of one hub.
     *
     * @param <E> what is ready
     * @return a new order
     */
    <E> ReadyOrder<E> create();
  }

  /**
   * Adds an element.
   *
   * @param element what has become ready
   */
  void add(E element);

  /**
   * Takes the next element.
   *
   * @return the element to run next, or {@code null} when there is none
   */
  @Nullable E next();

  /**
   * How many elements there are.
   *
   * @return the number of elements
   */
  int size();

  /**
   * First come, first served.
   *
   * @return the order that runtimes use unless told otherwise
   */
  static Factory fifo() {
    return FifoOrder::new;
  }

  /**
   * Any of the ready ones, by a seed: the same seed gives the same run, provided that the greenlets
   * themselves are deterministic.
   *
   * @param seed the seed
   * @return the order
   */
  static Factory seeded(long seed) {
    return new SeededOrder.Seed(seed);
  }
}
