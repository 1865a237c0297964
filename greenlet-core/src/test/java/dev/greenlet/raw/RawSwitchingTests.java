package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

@EnumSource(RawHost.class)
class RawSwitchingTests extends RawContract {
  private final List<Object> seen = new ArrayList<>();

  private static final class SomeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Suspends itself at once, and fails when it continues. */
  private @Nullable Object suspendThenFail(@Nullable Object ignored) {
    try {
      yieldToParent(null);
    } catch (Throwable failure) {
      seen.add(failure.getClass());
      throw failure;
    }
    throw new SomeException();
  }

  @Test
  @DisplayName("the example that all began with prints 12 56 34 and never 78")
  void twoGreenletsSwitchToEachOther() {
    StringBuilder out = new StringBuilder();
    RawGreenlet[] gr = new RawGreenlet[3];
    gr[1] =
        new RawGreenlet(
            value -> {
              out.append("12 ");
              gr[2].switchTo();
              out.append("34 ");
              return null;
            });
    gr[2] =
        new RawGreenlet(
            value -> {
              out.append("56 ");
              gr[1].switchTo();
              out.append("78 ");
              return null;
            });

    gr[1].switchTo();

    assertThat(out).hasToString("12 56 34 ");
    assertThat(gr[1].isDead()).isTrue();
    assertThat(gr[2].isActive()).isTrue();
  }

  @Test
  @DisplayName("01 parent and child take turns")
  void parentAndChildTakeTurns() {
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              seen.add(1);
              yieldToParent(null);
              seen.add(3);
              return null;
            });
    seen.add(0);
    child.switchTo();
    seen.add(2);
    child.switchTo();
    seen.add(4);

    assertThat(seen).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  @DisplayName("02 two children are suspended and resumed independently, and die at their ends")
  void twoChildrenAreIndependent() {
    RawBody body =
        value -> {
          seen.add(1);
          yieldToParent(null);
          seen.add(2);
          seen.add(2);
          return null;
        };
    RawGreenlet g = new RawGreenlet(body);
    RawGreenlet h = new RawGreenlet(body);

    g.switchTo();
    assertThat(seen).hasSize(1);
    h.switchTo();
    assertThat(seen).hasSize(2);
    h.switchTo();
    assertThat(seen).hasSize(4);
    assertThat(h.isDead()).isTrue();
    assertThat(g.isDead()).isFalse();
    g.switchTo();
    assertThat(seen).hasSize(6);
    assertThat(g.isDead()).isTrue();
  }

  @Test
  @DisplayName("03 the parent of a grandchild is its creator, not the main greenlet")
  void grandchildReturnsToItsCreator() {
    RawGreenlet outer =
        new RawGreenlet(
            value -> {
              seen.add("a");
              new RawGreenlet(
                      inner -> {
                        seen.add("b");
                        return yieldToParent(null);
                      })
                  .switchTo();
              seen.add("c");
              return null;
            });
    outer.switchTo();

    assertThat(seen).containsExactly("a", "b", "c");
  }

  private record Factors(int a, int b) {}

  @Test
  @DisplayName("04 named arguments reach an unstarted body as a record")
  void severalArgumentsTravelAsRecord() {
    RawGreenlet child =
        new RawGreenlet(value -> value instanceof Factors(int a, int b) ? 10 * a + b : null);

    assertThat(child.switchTo(new Factors(4, 2))).isEqualTo(42);
  }

  @Test
  @DisplayName("05 values of any shape come out as they went in, none as null")
  void valuesKeepTheirShape() {
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              seen.add(value == null ? "none" : value);
              Object second = yieldToParent(Map.of("x", 3));
              seen.add(second == null ? "none" : second);
              yieldToParent(new Object[] {2, "x"});
              return List.of(3, 9);
            });

    assertThat(child.switchTo()).isEqualTo(Map.of("x", 3));
    assertThat(child.switchTo()).isEqualTo(new Object[] {2, "x"});
    assertThat(child.switchTo()).isEqualTo(List.of(3, 9));
    assertThat(seen).containsExactly("none", "none");
  }

  @Test
  @DisplayName("06 an exception passes through a reparented greenlet")
  void exceptionPassesThroughReparentedGreenlet() {
    RawGreenlet g1 = new RawGreenlet(this::suspendThenFail);
    RawGreenlet g2 = new RawGreenlet(this::suspendThenFail);
    g1.switchTo();
    g2.switchTo();
    g2.setParent(g1);
    assertThat(seen).isEmpty();

    assertThatThrownBy(g2::switchTo).isInstanceOf(SomeException.class);

    assertThat(seen).containsExactly(SomeException.class);
    assertThat(g2.switchTo()).isNull();
    assertThat(g2.switchTo(25)).isEqualTo(25);
    assertThat(seen).containsExactly(SomeException.class);
  }

  @Test
  @DisplayName("07 a child's exception is thrown in its parent, whichever greenlet switched to it")
  void exceptionGoesToParent() {
    RawGreenlet g1 = new RawGreenlet(this::suspendThenFail);
    g1.switchTo();
    RawGreenlet crasher =
        new RawGreenlet(
            value -> {
              throw (RuntimeException) java.util.Objects.requireNonNull(value);
            },
            g1);
    IllegalArgumentException failure = new IllegalArgumentException("to g1");

    assertThatThrownBy(() -> crasher.switchTo(failure)).isSameAs(failure);
    assertThat(seen).containsExactly(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("08 no parent means the current greenlet")
  void nullParentMeansCurrent() {
    RawGreenlet child = new RawGreenlet(value -> null, null);

    assertThat(child.parent()).isSameAs(RawGreenlet.current());
  }

  @Test
  @DisplayName("09 a null body fails at once, with a message")
  void nullBodyIsRefused() {
    RawBody[] none = new RawBody[1];

    assertThatThrownBy(() -> new RawGreenlet(none[0]))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("'body' must not be null")
        .hasMessageContaining("override findBody()");
  }

  private static final class WithoutBody extends RawGreenlet {
    WithoutBody() {
      super((RawGreenlet) null);
    }
  }

  @Test
  @DisplayName("10 a subclass without a body cannot be switched to, and stays unstarted")
  void missingBodyFailsTheSwitch() {
    RawGreenlet bodiless = new WithoutBody();

    assertThatThrownBy(bodiless::switchTo)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(bodiless.name())
        .hasMessageContaining("has no body");
    assertThat(bodiless.isDead()).isFalse();
    assertThat(bodiless.isActive()).isFalse();
    assertThat(bodiless).asString().endsWith("[pending]");
  }

  @Test
  @DisplayName("11 a missing body wins over what is thrown")
  void missingBodyWinsOverThrow() {
    RawGreenlet bodiless = new WithoutBody();

    assertThatThrownBy(() -> bodiless.throwInto(new SomeException()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no body");
    assertThat(bodiless.isDead()).isFalse();
  }

  /** A body that can be looked for. */
  private static final class Marked implements RawBody {
    @Override
    public @Nullable Object run(@Nullable Object value) {
      return null;
    }
  }

  @Test
  @DisplayName("12 the body is let go when the greenlet has run")
  void bodyIsReleased() throws InterruptedException {
    WeakReference<RawBody> body;
    RawGreenlet greenlet;
    {
      RawBody marked = new Marked();
      body = new WeakReference<>(marked);
      greenlet = new RawGreenlet(marked);
      marked = null;
    }
    greenlet.switchTo();

    Garbage.awaitCollected(body);
    assertThat(greenlet.isDead()).isTrue();
  }

  @Test
  @DisplayName("13 returning to a parent that cannot start fails in the next ancestor")
  void returnToParentThatCannotStart() {
    RawGreenlet g1 = new WithoutBody();
    RawGreenlet g2 = new RawGreenlet(value -> null, g1);

    assertThatThrownBy(g2::switchTo)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no body");
    assertThat(g2.isDead()).isTrue();
  }

  @Test
  @DisplayName("14 falling off the end starts an unstarted parent with the result")
  void fallingOffTheEndStartsParent() {
    RawGreenlet parent = new RawGreenlet(value -> List.of(value == null ? "none" : value, 24));
    RawGreenlet child = new RawGreenlet(value -> 42, parent);

    assertThat(child.switchTo()).isEqualTo(List.of(42, 24));
    assertThat(parent.isDead()).isTrue();
  }

  private static final class Perverse extends RawGreenlet {
    Perverse() {
      super((RawGreenlet) null);
    }

    @Override
    protected RawBody findBody() {
      throw new SomeException();
    }
  }

  @Test
  @DisplayName("16 a parent that fails to start fails each time, and the child has run once")
  void perverseParentFailsEachTime() {
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              seen.add(42);
              return null;
            },
            new Perverse());

    assertThatThrownBy(child::switchTo).isInstanceOf(SomeException.class);
    assertThat(seen).containsExactly(42);
    assertThatThrownBy(child::switchTo).isInstanceOf(SomeException.class);
    assertThat(seen).containsExactly(42);
  }

  @Test
  @DisplayName("17 switching to a dead greenlet starts its new, unstarted parent")
  void deadGreenletStartsItsNewParent() {
    RawGreenlet parent =
        new RawGreenlet(
            value -> {
              seen.add(24);
              return null;
            });
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              seen.add(42);
              return null;
            });
    child.switchTo();
    assertThat(seen).containsExactly(42);

    child.setParent(parent);

    assertThat(child.switchTo()).isNull();
    assertThat(seen).containsExactly(42, 24);
  }

  @Test
  @DisplayName(
      "25 switching inside a sort's comparator and inside synchronized delays no other greenlet")
  void switchInsideComparatorAndMonitor() throws Exception {
    RawGreenlet[] g = new RawGreenlet[3];
    g[1] =
        new RawGreenlet(
            value -> {
              sortWhileSwitchingTo(g[2]);
              g[2].switchTo();
              return null;
            });
    g[2] =
        new RawGreenlet(
            value -> {
              sortWhileSwitchingTo(g[1]);
              Path file = Files.createTempFile("raw", "greenlet");
              seen.add(Files.size(file));
              Files.delete(file);
              return null;
            });
    g[1].switchTo();

    assertThat(seen).containsExactly("sorted", "sorted", 0L);
  }

  private void sortWhileSwitchingTo(RawGreenlet other) {
    List<Integer> two = new ArrayList<>(List.of(2, 1));
    boolean[] switched = new boolean[1];
    synchronized (two) {
      two.sort(
          (a, b) -> {
            if (!switched[0]) {
              switched[0] = true;
              other.switchTo();
            }
            return Integer.compare(a, b);
          });
    }
    assertThat(two).containsExactly(1, 2);
    seen.add("sorted");
  }

  private static final class Hostile {
    @Override
    public boolean equals(@Nullable Object other) {
      throw new AssertionError("equals was called");
    }

    @Override
    public int hashCode() {
      throw new AssertionError("hashCode was called");
    }

    @Override
    public String toString() {
      throw new AssertionError("toString was called");
    }
  }

  @Test
  @DisplayName("26 nothing is called on the values that are switched")
  void hostileValuesAreNotTouched() {
    Hostile hostile = new Hostile();
    RawGreenlet child = new RawGreenlet(value -> yieldToParent(value));

    assertThat(child.switchTo(hostile) == hostile).isTrue();
    assertThat(child.switchTo(hostile) == hostile).isTrue();
  }

  @Test
  @DisplayName("switching to oneself returns the value at once")
  void switchToSelfReturnsAtOnce() {
    assertThat(RawGreenlet.current().switchTo("x")).isEqualTo("x");
  }

  @Test
  @DisplayName("a checked exception arrives wrapped, an unchecked one as it is")
  void checkedExceptionsAreWrapped() {
    Exception checked = new Exception("checked");
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              throw checked;
            });

    assertThatThrownBy(child::switchTo).isInstanceOf(RawBodyException.class).hasCause(checked);
  }
}
