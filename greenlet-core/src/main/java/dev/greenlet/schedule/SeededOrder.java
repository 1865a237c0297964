package dev.greenlet.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Takes any of the ready elements, by a seed. */
final class SeededOrder<E> implements ReadyOrder<E> {

  /** A seed for any number of orders. */
  record Seed(long value) implements Factory {
    @Override
    public <E> ReadyOrder<E> create() {
      return new SeededOrder<>(value);
    }
  }

  private final List<E> ready = new ArrayList<>();
  private final SplittableRandom random;

  SeededOrder(long seed) {
    this.random = new SplittableRandom(seed);
  }

  @Override
  public void add(E element) {
    ready.add(element);
  }

  @Override
  public @Nullable E next() {
    if (ready.isEmpty()) {
      return null;
    }
    int chosen = random.nextInt(ready.size());
    E last = ready.removeLast();
    return chosen == ready.size() ? last : ready.set(chosen, last);
  }

  @Override
  public int size() {
    return ready.size();
  }
}
