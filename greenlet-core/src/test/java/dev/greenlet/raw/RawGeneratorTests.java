package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** Generators made of switches and of parents that change with every step. */
@EnumSource(RawHost.class)
class RawGeneratorTests extends RawContract {

  /** A greenlet that yields to the caller of the next value. */
  private static final class Genlet<T> extends RawGreenlet implements Iterator<T> {
    private final Runnable body;
    private @Nullable Genlet<?> child; // that yields for this one, several levels up
    private @Nullable Object peeked;
    private boolean hasPeeked;

    Genlet(Runnable body) {
      super((RawGreenlet) null);
      this.body = body;
    }

    @Override
    protected RawBody findBody() {
      return value -> {
        body.run();
        return null;
      };
    }

    @Override
    public boolean hasNext() {
      if (!hasPeeked && !isDead()) {
        peeked = step();
        hasPeeked = !isDead();
      }
      return hasPeeked;
    }

    private @Nullable Object step() {
      Genlet<?> innermost = child;
      if (innermost == null) {
        setParent(RawGreenlet.current());
        return switchTo();
      }
      child = null;
      while (innermost.child != null) {
        Genlet<?> next = innermost.child;
        innermost.child = null;
        innermost = next;
      }
      return innermost.switchTo();
    }

    @Override
    @SuppressWarnings("unchecked") // what the body yields
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      hasPeeked = false;
      return (T) java.util.Objects.requireNonNull(peeked);
    }
  }

  private static void give(Object value) {
    give(value, 1);
  }

  /** Yields out of {@code level} generators at once. */
  private static void give(Object value, int level) {
    RawGreenlet target = RawGreenlet.current();
    for (int i = level; i > 0; i--) {
      if (!(target instanceof Genlet<?> genlet)) {
        throw new IllegalStateException("yield outside a genlet");
      }
      target = java.util.Objects.requireNonNull(target.parent());
      if (i > 1 && target instanceof Genlet<?> outer) {
        outer.child = genlet;
      }
    }
    target.switchTo(value);
  }

  private static Iterable<Integer> generator(Runnable body) {
    return () -> new Genlet<>(body);
  }

  @Test
  @DisplayName("22 a generator and its consumer take turns")
  void generator() {
    List<Integer> seen = new ArrayList<>();
    Iterable<Integer> five =
        generator(
            () -> {
              for (int i = 0; i < 5; i++) {
                seen.add(i);
                give(i);
              }
            });
    for (int round = 0; round < 3; round++) {
      five.forEach(seen::add);
    }

    List<Integer> once = List.of(0, 0, 1, 1, 2, 2, 3, 3, 4, 4);
    List<Integer> thrice = new ArrayList<>(once);
    thrice.addAll(once);
    thrice.addAll(once);
    assertThat(seen).isEqualTo(thrice);
  }

  @Test
  @DisplayName("23 a generator inside a generator yields to both levels")
  void layeredGenlets() {
    List<Integer> seen = new ArrayList<>();
    Iterable<Integer> inner =
        generator(
            () -> {
              for (int i = 1; i < 5; i++) {
                give(i);
                give(i * i, 2);
              }
            });
    generator(() -> inner.forEach(seen::add)).forEach(seen::add);

    assertThat(seen).containsExactly(1, 1, 2, 4, 3, 9, 4, 16);
  }

  private static Iterable<List<Integer>> permutations(List<Integer> of) {
    return () ->
        new Genlet<>(
            () -> {
              if (of.size() <= 1) {
                give(of);
                return;
              }
              for (Integer first : of) {
                List<Integer> rest = new ArrayList<>(of);
                rest.remove(first);
                for (List<Integer> tail : permutations(rest)) {
                  List<Integer> whole = new ArrayList<>(List.of(first));
                  whole.addAll(tail);
                  give(whole);
                }
              }
            });
  }

  @Test
  @DisplayName("23 two recursive generators of permutations are interleaved")
  void permutations() {
    List<List<Integer>> all = new ArrayList<>();
    permutations(List.of(0, 1, 2, 3)).forEach(all::add);
    assertThat(all)
        .hasSize(24)
        .doesNotHaveDuplicates()
        .contains(List.of(0, 1, 2, 3), List.of(3, 2, 1, 0));

    List<List<Integer>> zipped = new ArrayList<>();
    Iterator<List<Integer>> four = permutations(List.of(0, 1, 2, 3)).iterator();
    for (List<Integer> three : permutations(List.of(0, 1, 2))) {
      zipped.add(four.next());
      zipped.add(three);
    }
    assertThat(zipped)
        .containsExactly(
            List.of(0, 1, 2, 3), List.of(0, 1, 2),
            List.of(0, 1, 3, 2), List.of(0, 2, 1),
            List.of(0, 2, 1, 3), List.of(1, 0, 2),
            List.of(0, 2, 3, 1), List.of(1, 2, 0),
            List.of(0, 3, 1, 2), List.of(2, 0, 1),
            List.of(0, 3, 2, 1), List.of(2, 1, 0));
  }

  @Test
  @DisplayName("23 yielding from a method that the body calls is the same")
  void genletSimple() {
    List<Integer> seen = new ArrayList<>();
    Consumer<Integer> nested = RawGeneratorTests::give;
    Iterable<Integer> five =
        generator(
            () -> {
              for (int i = 0; i < 5; i++) {
                seen.add(i + 1);
                nested.accept(i);
              }
            });
    five.forEach(seen::add);

    assertThat(seen).containsExactly(1, 0, 2, 1, 3, 2, 4, 3, 5, 4);
  }

  private static Iterable<Integer> countUpTo(int n) {
    return generator(
        () -> {
          if (n > 0) {
            countUpTo(n - 1).forEach(RawGeneratorTests::give);
            give(n);
          }
        });
  }

  @Test
  @DisplayName("23 generators nest to any depth")
  void nestedGenlets() {
    assertThat(countUpTo(5)).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  @DisplayName("24 yielding outside a generator is refused")
  void yieldOutside() {
    assertThatThrownBy(() -> give(10)).hasMessage("yield outside a genlet");
  }
}
