package dev.greenlet.raw;

import static dev.greenlet.raw.RawSwitch.Kind.SWITCH;
import static dev.greenlet.raw.RawSwitch.Kind.THROW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

@EnumSource(RawHost.class)
class RawTraceTests extends RawContract {
  private final List<RawSwitch> events = new ArrayList<>();

  private static final class SomeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  @DisplayName("57 a listener is notified of every switch, start and end")
  void everySwitchIsTold() {
    RawGreenlet main = RawGreenlet.current();
    RawGreenlet g1 = new RawGreenlet(value -> null);
    RawGreenlet g2 =
        new RawGreenlet(
            value -> {
              throw new SomeException();
            });
    RawTrace trace = RawGreenlet.trace(events::add);
    g1.switchTo();
    assertThatThrownBy(g2::switchTo).isInstanceOf(SomeException.class);
    trace.close();
    main.switchTo();

    assertThat(events)
        .containsExactly(
            new RawSwitch(SWITCH, main, g1),
            new RawSwitch(SWITCH, g1, main),
            new RawSwitch(SWITCH, main, g2),
            new RawSwitch(THROW, g2, main));
  }

  @Test
  @DisplayName("57 throwing into an unstarted greenlet is two events, an exit ends as a value")
  void throwIntoUnstartedIsTwoEvents() {
    RawGreenlet main = RawGreenlet.current();
    RawGreenlet g1 = new RawGreenlet(value -> null);
    RawGreenlet g2 = new RawGreenlet(value -> null);
    try (RawTrace trace = RawGreenlet.trace(events::add)) {
      assertThatThrownBy(() -> g1.throwInto(new SomeException())).isInstanceOf(SomeException.class);
      g2.throwInto();
      main.switchTo();
      assertThat(trace.isOpen()).isTrue();
    }

    assertThat(events)
        .containsExactly(
            new RawSwitch(THROW, main, g1),
            new RawSwitch(THROW, g1, main),
            new RawSwitch(THROW, main, g2),
            new RawSwitch(SWITCH, g2, main),
            new RawSwitch(SWITCH, main, main));
  }

  @Test
  @DisplayName(
      "58 a listener that throws is not notified again, and its exception arrives at the target")
  void throwingListenerIsRemoved() {
    RawGreenlet main = RawGreenlet.current();
    RawGreenlet g = new RawGreenlet(value -> main.switchTo());
    g.switchTo();
    RawTrace others = RawGreenlet.trace(event -> {});
    RawTrace failing =
        RawGreenlet.trace(
            event -> {
              events.add(event);
              throw new SomeException();
            });

    assertThatThrownBy(g::switchTo).isInstanceOf(SomeException.class);

    assertThat(failing.isOpen()).isFalse();
    assertThat(others.isOpen()).isTrue();
    assertThat(events).containsExactly(new RawSwitch(SWITCH, main, g));
  }

  @Test
  @DisplayName("59 a listener that is registered twice is notified twice, until each is closed")
  void sameListenerTwice() {
    RawSwitchListener listener = events::add;
    RawTrace first = RawGreenlet.trace(listener);
    RawTrace second = RawGreenlet.trace(listener);
    RawGreenlet.current().switchTo();
    assertThat(events).hasSize(2);

    first.close();
    RawGreenlet.current().switchTo();
    assertThat(events).hasSize(3);

    second.close();
    second.close();
    RawGreenlet.current().switchTo();
    assertThat(events).hasSize(3);
  }

  @Test
  @DisplayName("any number of listeners, removed in any order")
  void manyListenersInAnyOrder() {
    List<String> notified = new ArrayList<>();
    RawTrace a = RawGreenlet.trace(event -> notified.add("a"));
    RawTrace b = RawGreenlet.trace(event -> notified.add("b"));
    RawTrace c = RawGreenlet.trace(event -> notified.add("c"));
    RawGreenlet.current().switchTo();
    a.close();
    RawGreenlet.current().switchTo();
    c.close();
    RawGreenlet.current().switchTo();
    b.close();
    RawGreenlet.current().switchTo();

    assertThat(notified).containsExactly("a", "b", "c", "b", "c", "b");
  }

  @Test
  @DisplayName("a listener is notified of its own tree only")
  void onlyItsOwnTree() throws Throwable {
    RawTrace trace = RawGreenlet.trace(events::add);
    startOwner(() -> new RawGreenlet(value -> null).switchTo()).join();
    trace.close();

    assertThat(events).isEmpty();
  }
}
