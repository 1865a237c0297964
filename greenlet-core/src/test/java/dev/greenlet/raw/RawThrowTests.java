package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.GreenletExit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

@EnumSource(RawHost.class)
class RawThrowTests extends RawContract {

  /** Says ok, and again when it is thrown the expected thing. */
  private static RawGreenlet catcher(RuntimeException expected) {
    return new RawGreenlet(
        value -> {
          try {
            yieldToParent("ok");
          } catch (RuntimeException caught) {
            if (caught == expected) {
              yieldToParent("ok");
              return null;
            }
          }
          return yieldToParent("fail");
        });
  }

  @Test
  @DisplayName(
      "27 what is thrown into a suspended greenlet arrives there as it is, and may be caught")
  void thrownInstanceArrives() {
    IllegalStateException thrown = new IllegalStateException("ciao");
    RawGreenlet g = catcher(thrown);

    assertThat(g.switchTo()).isEqualTo("ok");
    assertThat(g.throwInto(thrown)).isEqualTo("ok");
    assertThat(g.isActive()).isTrue();
    assertThat(g.switchTo()).isNull();
    assertThat(g.isDead()).isTrue();
  }

  @Test
  @DisplayName("28 an exit ends a greenlet and is the value; so it is for a dead one")
  void exitIsAValue() {
    RawGreenlet g =
        new RawGreenlet(
            value -> {
              yieldToParent("ok");
              return yieldToParent("fail");
            });

    assertThat(g.switchTo()).isEqualTo("ok");
    assertThat(g.throwInto()).isInstanceOf(GreenletExit.class);
    assertThat(g.isDead()).isTrue();
    assertThat(g.throwInto()).isInstanceOf(GreenletExit.class);
  }

  private static final class SpecialExit extends GreenletExit {
    private static final long serialVersionUID = 1L;

    SpecialExit() {
      super("special", null);
    }
  }

  @Test
  @DisplayName("28 a special exit keeps its identity, and a greenlet may survive one")
  void specialExitKeepsItsIdentity() {
    GreenletExit special = new SpecialExit();
    assertThat(new RawGreenlet(value -> yieldToParent(null)).throwInto(special)).isSameAs(special);

    RawGreenlet survivor =
        new RawGreenlet(
            value -> {
              try {
                return yieldToParent(null);
              } catch (GreenletExit swallowed) {
                return yieldToParent("still");
              }
            });
    survivor.switchTo();
    assertThat(survivor.throwInto(special)).isEqualTo("still");
    assertThat(survivor.isActive()).isTrue();
  }

  private record TaskTreeNode(RawGreenlet g1, RawGreenlet g2) {}

  /** A parent that is ready to catch, and its child. */
  private static TaskTreeNode treeNode() {
    RawGreenlet main = RawGreenlet.current();
    RawGreenlet g1 =
        new RawGreenlet(
            value -> {
              try {
                main.switchTo("g1 ready to catch");
              } catch (IndexOutOfBoundsException expected) {
                return "caught";
              }
              return "normal exit";
            });
    return new TaskTreeNode(g1, new RawGreenlet(value -> main.switchTo("from g2"), g1));
  }

  @Test
  @DisplayName("29 thrown into an unstarted child of an unstarted parent, it kills both")
  void throwIntoUnstartedWithUnstartedParent() {
    TaskTreeNode treeNode = treeNode();

    assertThatThrownBy(() -> treeNode.g2().throwInto(new IndexOutOfBoundsException()))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(treeNode.g2().isDead()).isTrue();
    assertThat(treeNode.g1().isDead()).isTrue();
  }

  @Test
  @DisplayName("29 thrown into an unstarted child of a waiting parent, it is caught there")
  void throwIntoUnstartedWithWaitingParent() {
    TaskTreeNode treeNode = treeNode();
    assertThat(treeNode.g1().switchTo()).isEqualTo("g1 ready to catch");

    assertThat(treeNode.g2().throwInto(new IndexOutOfBoundsException())).isEqualTo("caught");
    assertThat(treeNode.g2().isDead()).isTrue();
    assertThat(treeNode.g1().isDead()).isTrue();
  }

  @Test
  @DisplayName("29 thrown into a started child of a waiting parent, it is caught there")
  void throwIntoStartedWithWaitingParent() {
    TaskTreeNode treeNode = treeNode();
    assertThat(treeNode.g1().switchTo()).isEqualTo("g1 ready to catch");
    assertThat(treeNode.g2().switchTo()).isEqualTo("from g2");

    assertThat(treeNode.g2().throwInto(new IndexOutOfBoundsException())).isEqualTo("caught");
    assertThat(treeNode.g2().isDead()).isTrue();
    assertThat(treeNode.g1().isDead()).isTrue();
  }

  /** Fails and recovers while it looks for its body. */
  private static final class Distracted extends RawGreenlet {
    Distracted() {
      super((RawGreenlet) null);
    }

    @Override
    protected RawBody findBody() {
      try {
        throw new IllegalArgumentException("distraction");
      } catch (IllegalArgumentException ignored) {
        return value -> null;
      }
    }
  }

  @Test
  @DisplayName("31 what happens while the body is looked for does not lose what was thrown")
  void pendingThrowIsNotLost() {
    IllegalStateException thrown = new IllegalStateException("pending");

    assertThatThrownBy(() -> new Distracted().throwInto(thrown)).isSameAs(thrown);
  }

  @Test
  @DisplayName("32 reparented while suspended, its next switch to the parent goes to the new one")
  void reparentedWhileSuspended() {
    RawGreenlet main = RawGreenlet.current();
    RawGreenlet foo =
        new RawGreenlet(
            value -> {
              RawGreenlet bar =
                  new RawGreenlet(
                      inner -> {
                        yieldToParent(null);
                        yieldToParent("to the new parent");
                        throw new AssertionError("not reached");
                      });
              bar.switchTo();
              main.switchTo(bar);
              throw new AssertionError("not reached");
            });
    RawGreenlet bar = (RawGreenlet) java.util.Objects.requireNonNull(foo.switchTo());

    bar.setParent(main);

    assertThat(bar.switchTo()).isEqualTo("to the new parent");
  }

  @Test
  @DisplayName("32 what is thrown runs the handlers of the suspended greenlet")
  void throwRunsHandlers() {
    List<@Nullable String> seen = new ArrayList<>();
    RawGreenlet g =
        new RawGreenlet(
            value -> {
              try {
                yieldToParent(null);
              } catch (IllegalArgumentException caught) {
                seen.add(caught.getMessage());
              } finally {
                seen.add("finally");
              }
              return null;
            });
    g.switchTo();
    g.throwInto(new IllegalArgumentException("take that"));

    assertThat(seen).containsExactly("take that", "finally");
  }

  @Test
  @DisplayName("an exception goes to the parent, never to the thrower")
  void exceptionGoesToParentNotThrower() {
    RawGreenlet main = RawGreenlet.current();
    RawGreenlet target = new RawGreenlet(value -> yieldToParent(null));
    target.switchTo();
    RawGreenlet thrower =
        new RawGreenlet(value -> target.throwInto(new IllegalArgumentException("to main")), null);

    assertThatThrownBy(thrower::switchTo).hasMessage("to main");
    assertThat(thrower.isActive()).isTrue();
    assertThat(RawGreenlet.current()).isSameAs(main);
  }

  @Test
  @DisplayName("thrown into the current greenlet, it is thrown here")
  void throwIntoCurrent() {
    IllegalStateException thrown = new IllegalStateException();

    assertThatThrownBy(() -> RawGreenlet.current().throwInto(thrown)).isSameAs(thrown);
  }
}
