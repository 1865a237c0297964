package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.raw.RawHost.Owner;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

@EnumSource(RawHost.class)
class RawStateTests extends RawContract {

  @Test
  @DisplayName("49 the running main greenlet says so")
  void mainWhileRunning() {
    assertThat(RawGreenlet.current()).asString().endsWith("[current active started main]");
  }

  @Test
  @DisplayName("49 the main greenlet is suspended while a child runs")
  void mainInBackground() {
    RawGreenlet main = RawGreenlet.current();

    assertThat(new RawGreenlet(value -> main.toString()).switchTo())
        .asString()
        .endsWith("[suspended active started main]");
  }

  @Test
  @DisplayName("49 an unstarted greenlet is pending, and neither active nor dead")
  void initial() {
    RawGreenlet greenlet = new RawGreenlet(value -> null);

    assertThat(greenlet).asString().endsWith("[pending]");
    assertThat(greenlet.isActive()).isFalse();
    assertThat(greenlet.isDead()).isFalse();
  }

  @Test
  @DisplayName("49 a dead greenlet is dead and nothing else")
  void dead() {
    RawGreenlet greenlet = new RawGreenlet(value -> null);
    greenlet.switchTo();

    assertThat(greenlet)
        .asString()
        .endsWith("[dead]")
        .doesNotContain("suspended", "started", "active");
    assertThat(greenlet.isActive()).isFalse();
    assertThat(greenlet.isDead()).isTrue();
  }

  @Test
  @DisplayName("49 a main greenlet is suspended to others, and dead when its thread has ended")
  void mainFromOtherThread() throws Throwable {
    RawGreenlet main = RawGreenlet.current();
    List<String> seen = new ArrayList<>();
    AtomicReference<@Nullable RawGreenlet> theirMain = new AtomicReference<>();
    Owner other =
        startOwner(
            () -> {
              seen.add(main.toString());
              seen.add(RawGreenlet.current().toString());
              theirMain.set(RawGreenlet.current());
              new RawGreenlet(value -> null).switchTo();
            });
    other.join();

    assertThat(seen.get(0)).endsWith("[suspended active started main]");
    assertThat(seen.get(1)).endsWith("[current active started main]");
    for (int i = 0; i < 3; i++) {
      assertThat(theirMain.get()).matches(RawGreenlet::isDead);
      assertThat(theirMain.get()).asString().endsWith("[thread ended, dead]");
    }
  }

  @Test
  @DisplayName("50 anything may be attached to a greenlet")
  void attributes() {
    RawGreenlet greenlet =
        new RawGreenlet(
            value -> {
              RawGreenlet.current().attributes().put("test", 42);
              return null;
            });
    assertThat(greenlet.attributes()).isEmpty();
    greenlet.switchTo();

    assertThat(greenlet.attributes()).containsOnly(java.util.Map.entry("test", 42));
  }

  @Test
  @DisplayName("51 a greenlet can be neither copied nor serialised")
  void notCopyable() {
    assertThat(RawGreenlet.class.getInterfaces())
        .doesNotContain(Cloneable.class, Serializable.class);
  }

  /** Leaves the body to its subclasses. */
  private abstract static class Template extends RawGreenlet {
    Template() {
      super((RawGreenlet) null);
    }

    abstract @Nullable Object work();

    @Override
    protected final RawBody findBody() {
      return value -> work();
    }
  }

  @Test
  @DisplayName("52 subclasses may leave the body to their subclasses")
  void abstractSubclasses() {
    RawGreenlet good =
        new Template() {
          @Override
          @Nullable Object work() {
            return "good";
          }
        };

    assertThat(good.switchTo()).isEqualTo("good");
  }

  @Test
  @DisplayName("53 the main greenlet is a greenlet like others")
  void mainIsGreenlet() {
    assertThat(RawGreenlet.current()).isExactlyInstanceOf(RawGreenlet.class);
    assertThat(RawGreenlet.current()).isSameAs(RawGreenlet.main());
  }

  private static @Nullable Object outer() {
    return inner();
  }

  private static @Nullable Object inner() {
    return yieldToParent(null);
  }

  private static List<String> methods(RawGreenlet greenlet) {
    return greenlet.stackTrace().stream().map(StackTraceElement::getMethodName).toList();
  }

  @Test
  @DisplayName("54 the stack is there while a greenlet is suspended, and no longer than it lives")
  void stackWhileSuspended() {
    RawGreenlet greenlet = new RawGreenlet(value -> outer());
    assertThat(greenlet.stackTrace()).isEmpty();

    greenlet.switchTo();
    assertThat(greenlet.isActive()).isTrue();
    assertThat(greenlet.stackTrace()).isNotEmpty();

    greenlet.switchTo("meaning of life");
    assertThat(greenlet.isActive()).isFalse();
    assertThat(greenlet.stackTrace()).isEmpty();
  }

  @Test
  @DisplayName("54 the running greenlet can be asked for its stack, too")
  void stackWhileRunning() {
    RawGreenlet greenlet = new RawGreenlet(value -> methods(RawGreenlet.current()));

    assertThat(greenlet.switchTo())
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .contains("methods")
        .doesNotContain("callBody");
  }

  @Test
  @DisplayName("55 the stack goes from where it switched out to the body, whatever ran since")
  void wholeStackOfSuspended() {
    RawGreenlet hub = new RawGreenlet(value -> outer());
    hub.switchTo();
    new RawGreenlet(value -> null).switchTo();

    List<String> stack = methods(hub);
    assertThat(stack.subList(0, 3)).containsExactly("yieldToParent", "inner", "outer");
    assertThat(stack).hasSize(4); // and the lambda
    assertThat(stack.getLast()).startsWith("lambda$");
  }

  @Test
  @DisplayName("55 the stack of a suspended main greenlet begins where it switched out")
  void stackOfSuspendedMain() {
    RawGreenlet main = RawGreenlet.current();

    assertThat(new RawGreenlet(value -> methods(main)).switchTo())
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(String.class))
        .startsWith("stackOfSuspendedMain");
  }
}
