package dev.greenlet.schedule;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the ready greenlets of a hub run. FIFO unless configured otherwise; a test may
 * want to see other orders. Used by one run loop only; implementations need not be thread-safe.
 *
 * @param <E> the type of the ready elements
 */
public interface ReadyOrder<E> {

  /** Creates the order of each hub of a runtime. Called by the thread that builds the runtime. */
  interface Factory {
    /**
     * Creates the order of one hub.
     *
     * @param <E> the type of the ready elements
     * @return a new order
     */
    <E> ReadyOrder<E> create();
  }

  /**
   * Adds an element.
   *
   * @param element an element that has become ready
   */
  void add(E element);

  /**
   * Takes the next element.
   *
   * @return the element to run next, or {@code null} when there is none
   */
  @Nullable E next();

  /**
   * Returns how many elements there are.
   *
   * @return the number of elements
   */
  int size();

  /**
   * Returns an order that serves what came first.
   *
   * @return the order that runtimes use unless configured otherwise
   */
  static Factory fifo() {
    return ReadyOrder::newFifo;
  }

  private static <E> ReadyOrder<E> newFifo() {
    return new ReadyOrder<>() {
      private final ArrayDeque<E> queue = new ArrayDeque<>();

      @Override
      public void add(E element) {
        queue.add(element);
      }

      @Override
      public @Nullable E next() {
        return queue.poll();
      }

      @Override
      public int size() {
        return queue.size();
      }
    };
  }

  /**
   * Returns an order that takes any of the ready elements, by a seed: the same seed gives the same
   * run, provided that the greenlets themselves are deterministic.
   *
   * @param seed the seed
   * @return the order
   */
  static Factory seeded(long seed) {
    return new SeededOrder.Seed(seed);
  }
}
