package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.SpawnContext;
import dev.greenlet.raw.RawHost.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** What context variables are to Python, thread locals and scoped values are here. */
@EnumSource(RawHost.class)
class RawContextTests extends RawContract {
  private static final ThreadLocal<@Nullable String> ID = new ThreadLocal<>();
  private static final ThreadLocal<@Nullable AtomicInteger> SHARED = new ThreadLocal<>();
  private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();

  /** A copy of the one thread local. */
  private static SpawnContext.Captured copyOfId() {
    String captured = ID.get();
    return () -> {
      ID.set(captured);
      return ID::remove;
    };
  }

  @Test
  @DisplayName("61 a greenlet begins with an empty context, and keeps its own")
  void contextIsNotPropagated() {
    ID.set("main");
    List<@Nullable String> seen = new ArrayList<>();
    List<RawGreenlet> children = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String id = "child-" + i;
      children.add(
          new RawGreenlet(
              value -> {
                seen.add(ID.get());
                ID.set(id);
                yieldToParent(null);
                seen.add(ID.get());
                return null;
              }));
    }
    children.forEach(RawGreenlet::switchTo);
    children.forEach(RawGreenlet::switchTo);

    assertThat(ID.get()).isEqualTo("main");
    assertThat(seen)
        .containsExactly(null, null, null, null, "child-0", "child-1", "child-2", "child-3");
  }

  @Test
  @DisplayName("62 a copy of the creator's context is given explicitly")
  void contextIsCopied() {
    ID.set("main");
    List<@Nullable String> seen = new ArrayList<>();
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              seen.add(ID.get());
              ID.set("child");
              return null;
            });
    child.setContext(copyOfId());
    child.switchTo();

    assertThat(seen).containsExactly("main");
    assertThat(ID.get()).isEqualTo("main");
  }

  @Test
  @DisplayName("63 several greenlets share a context, and see each other's changes")
  void contextIsShared() {
    AtomicInteger counter = new AtomicInteger();
    SpawnContext.Captured shared =
        () -> {
          SHARED.set(counter);
          return SHARED::remove;
        };
    for (int i = 1; i <= 4; i++) {
      int expected = i;
      RawGreenlet child =
          new RawGreenlet(
              value -> {
                AtomicInteger here = java.util.Objects.requireNonNull(SHARED.get());
                assertThat(here.incrementAndGet()).isEqualTo(expected);
                return null;
              });
      child.setContext(shared);
      child.switchTo();
    }

    assertThat(counter).hasValue(4);
    assertThat(SHARED.get()).isNull();
  }

  /** In a scope of its own, says what it sees before and after it has been suspended. */
  private static RawGreenlet inScope(String id) {
    return new RawGreenlet(
        value ->
            ScopedValue.where(SCOPED, id)
                .call(
                    () -> {
                      yieldToParent(SCOPED.get());
                      return SCOPED.get();
                    }));
  }

  @Test
  @DisplayName("64 a scoped value is bound inside the body, across switches, and nowhere else")
  void scopedValueInsideTheBody() {
    ScopedValue.where(SCOPED, "main")
        .run(
            () -> {
              RawGreenlet g = inScope("g");
              assertThat(g.switchTo()).isEqualTo("g");
              assertThat(SCOPED.get()).isEqualTo("main");
              assertThat(new RawGreenlet(value -> SCOPED.isBound()).switchTo()).isEqualTo(false);
              assertThat(g.switchTo()).isEqualTo("g");
            });
  }

  @Test
  @DisplayName("65 scopes of several greenlets end in any order")
  void scopesEndInAnyOrder() {
    RawGreenlet g1 = inScope("g1");
    RawGreenlet g2 = inScope("g2");
    assertThat(g1.switchTo()).isEqualTo("g1");
    assertThat(g2.switchTo()).isEqualTo("g2");
    assertThat(g1.switchTo()).isEqualTo("g1");
    assertThat(g2.switchTo()).isEqualTo("g2");
    assertThat(g1.isDead() && g2.isDead()).isTrue();
  }

  @Test
  @DisplayName("66 the context of a greenlet that has started is its own to change")
  void contextOfStartedGreenlet() {
    RawGreenlet child =
        new RawGreenlet(
            value -> {
              assertThatThrownBy(() -> RawGreenlet.current().setContext(copyOfId()))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("has started");
              ID.set("changed");
              yieldToParent(null);
              return ID.get();
            });
    child.switchTo();

    assertThatThrownBy(() -> child.setContext(copyOfId()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("set it before, or in its body");
    assertThat(child.switchTo()).isEqualTo("changed");
    assertThatThrownBy(() -> child.setContext(copyOfId()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("67 nor can the context of a started greenlet be changed from another thread")
  void contextFromOtherThread() throws Throwable {
    RawGreenlet unstarted = new RawGreenlet(value -> ID.get());
    RawGreenlet started = new RawGreenlet(value -> yieldToParent(null));
    started.switchTo();
    Owner other =
        startOwner(
            () -> {
              ID.set("other");
              unstarted.setContext(copyOfId());
              assertThatThrownBy(() -> started.setContext(copyOfId()))
                  .isInstanceOf(IllegalStateException.class);
            });
    other.join();

    assertThat(unstarted.switchTo()).isEqualTo("other");
  }
}
