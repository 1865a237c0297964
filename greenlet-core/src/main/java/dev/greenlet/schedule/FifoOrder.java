package dev.greenlet.schedule;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** First come, first served. */
final class FifoOrder<E> implements ReadyOrder<E> {
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
}
