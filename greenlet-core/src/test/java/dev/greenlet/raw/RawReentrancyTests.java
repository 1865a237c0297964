package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** Switches from within a start, and from within a listener. */
@EnumSource(RawHost.class)
class RawReentrancyTests extends RawContract {
  private final List<String> results = new ArrayList<>();
  private boolean switchInListener;

  /** Starts itself while its body is looked for. */
  private static final class Convoluted extends RawGreenlet {
    private boolean looking;

    Convoluted() {
      super((RawGreenlet) null);
    }

    @Override
    protected RawBody findBody() {
      if (!looking) {
        looking = true;
        switchTo(43);
      }
      return value -> {
        while (true) {
          yieldToParent(value);
        }
      };
    }
  }

  @Test
  @DisplayName("18 of two starts the inner one wins, and the outer one is a switch")
  void innerStartWins() {
    RawGreenlet convoluted = new Convoluted();

    // the inner switch starts it with 43; the outer one is then an ordinary switch
    assertThat(convoluted.switchTo(42)).isEqualTo(43);
  }

  /** The middle one of three: its start makes it start itself. */
  private final class B extends RawGreenlet {
    private final RawGreenlet main = RawGreenlet.current();
    private boolean looking;

    B(RawGreenlet parent) {
      super(parent);
    }

    @Override
    protected RawBody findBody() {
      if (!looking) {
        looking = true;
        results.add("start of B starts B, in " + RawGreenlet.current().name());
        switchTo();
        results.add("back in the start of B, in " + RawGreenlet.current().name());
      }
      return value -> {
        results.add("B begins with " + value);
        results.add("B switches to main");
        main.switchTo("from B");
        return null;
      };
    }
  }

  @Test
  @DisplayName("19 starting B starts B: what each of three greenlets sees, in order")
  void startedMeanwhile() {
    RawGreenlet a =
        new RawGreenlet(
            "A",
            value -> {
              results.add("A begins with " + value);
              return null;
            },
            null);
    RawGreenlet b = new B(a);
    RawGreenlet c =
        new RawGreenlet(
            "C",
            value -> {
              results.add("C begins");
              b.switchTo("from C");
              results.add("C done");
              return null;
            },
            b);

    results.add("main got " + c.switchTo());
    c.switchTo();
    assertThat(a.isDead()).isTrue();
    assertThat(b.isDead()).isTrue();
    assertThat(c.isDead()).isFalse();
    results.add("main got " + c.switchTo());
    assertThat(c.isDead()).isTrue();

    assertThat(results)
        .containsExactly(
            "C begins",
            "start of B starts B, in C",
            "B begins with null",
            "B switches to main",
            "main got from B",
            "back in the start of B, in C",
            "A begins with null",
            "C done",
            "main got null");
  }

  private void switchOnceTo(RawGreenlet[] target, @Nullable Object value) {
    if (switchInListener) {
      switchInListener = false;
      target[0].switchTo(value);
    }
  }

  @Test
  @DisplayName("20 a listener that switches loses nothing that was on its way")
  void listenerMaySwitch() {
    RawGreenlet[] g2 = new RawGreenlet[1];
    RawGreenlet g1 =
        new RawGreenlet(
            value -> {
              results.add("g1 begins with " + value);
              switchInListener = true;
              Object next = yieldToParent("from g1");
              results.add("g1 continues with " + next);
              return null;
            });
    g2[0] =
        new RawGreenlet(
            value -> {
              g1.switchTo("from g2");
              results.add("g2 ends");
              return null;
            });
    try (RawTrace trace = RawGreenlet.trace(event -> switchOnceTo(g2, null))) {
      // g1 gives control to main, where the listener starts g2, which lets g1 end; its null ends
      // the
      // listener's switch, and only then main gets what g1 had sent
      assertThat(g1.switchTo("from main")).isEqualTo("from g1");
      g2[0].switchTo();
      assertThat(trace.isOpen()).isTrue();
    }

    assertThat(results)
        .containsExactly("g1 begins with from main", "g1 continues with from g2", "g2 ends");
  }

  @Test
  @DisplayName("21 a listener switches away from a start: three greenlets, every event and value")
  void listenerSwitchesAtStart() {
    RawGreenlet[] g2 = new RawGreenlet[1];
    RawGreenlet g1 =
        new RawGreenlet(
            value -> {
              results.add("g1 arg " + value);
              results.add("g1 from parent " + yieldToParent("from g1"));
              return "g1 done";
            });
    g2[0] =
        new RawGreenlet(
            value -> {
              results.add("g2 arg " + value);
              results.add("g2 from parent " + yieldToParent("from g2"));
              return "g2 done";
            });
    switchInListener = true;
    RawSwitchListener listener =
        event -> {
          results.add(event.kind().name());
          switchOnceTo(g2, "from the listener");
        };
    try (RawTrace trace = RawGreenlet.trace(listener)) {
      results.add("main g1 " + g1.switchTo("g1 from main"));
      results.add("main g2 " + g1.switchTo("g2 from main"));
      results.add("main g1.2 " + g1.switchTo("g1 from main 2"));
      results.add("main g2.2 " + g2[0].switchTo());
      assertThat(trace.isOpen()).isTrue();
    }

    assertThat(results)
        .containsExactly(
            "SWITCH",
            "SWITCH",
            "g2 arg from the listener",
            "SWITCH",
            "main g1 from g2",
            "SWITCH",
            "g1 arg g1 from main",
            "SWITCH",
            "main g2 from g1",
            "SWITCH",
            "g1 from parent g1 from main 2",
            "SWITCH",
            "main g1.2 g1 done",
            "SWITCH",
            "g2 from parent null",
            "SWITCH",
            "main g2.2 g2 done");
  }

  @Test
  @DisplayName("21 a listener switches away from a start that then fails: the failure is not lost")
  void listenerSwitchesAtStartThatFails() {
    RawGreenlet[] g2 = new RawGreenlet[1];
    RawGreenlet g1 =
        new RawGreenlet(
            value -> {
              throw new IllegalArgumentException("g1 takes no " + value);
            });
    g2[0] = new RawGreenlet(value -> yieldToParent("from g2"));
    switchInListener = true;
    try (RawTrace trace = RawGreenlet.trace(event -> switchOnceTo(g2, null))) {
      assertThat(g1.switchTo(1)).isEqualTo("from g2");
      assertThatThrownBy(() -> g1.switchTo(2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("g1 takes no 1");
      assertThat(trace.isOpen()).isTrue();
    }
  }
}
