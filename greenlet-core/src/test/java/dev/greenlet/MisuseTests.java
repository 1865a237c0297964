package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bad use is told by its subject, its numbers and the remedy. */
@EachEngine
class MisuseTests extends HubContract {
  MisuseTests(TestEngine engine) {
    super(engine);
  }

  @Test
  void whoIsNoGreenletIsToldSo() {
    assertThatThrownBy(Greenlets::current)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not a greenlet: spawn one with GreenletRuntime.spawn");
  }

  @Test
  void joiningOneselfIsRefused() throws Exception {
    GreenletTask<Outcome<?>> task = onHub("self", () -> Greenlets.current().join());

    assertThatThrownBy(task::get)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Greenlet 'self' would wait for itself forever: join it from another one");
  }

  @Test
  void movingInsideASwitchPointIsRefused() {
    GreenletTask<Integer> task =
        onHub(
            "mover",
            () ->
                SwitchPoint.call(
                    new WaitReason("jdbc", "select"),
                    () -> {
                      Greenlets.moveTo(otherHub);
                      return 1;
                    }));

    assertThatThrownBy(task::get)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Greenlet 'mover' cannot move from hub 'test-0' to hub 'test-1' inside the switch point"
                + " 'jdbc select': close it first");
  }

  @Test
  void aGreenletCannotCloseItsOwnRuntime() {
    GreenletTask<@Nullable Void> task =
        onHub(
            "closer",
            () -> {
              runtime.close();
              return null;
            });

    assertThatThrownBy(task::get)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot close its own runtime 'test'");
  }

  @Test
  void aClosedRuntimeSpawnsNothing() {
    runtime.close();

    assertThatThrownBy(() -> onHub("late", () -> 1))
        .isInstanceOf(RuntimeClosedException.class)
        .hasMessage(
            "Runtime 'test' is closed and does not accept greenlet 'late': spawn it before the"
                + " close");
  }

  @Test
  void badSettingsOfARuntimeAreRefused() {
    GreenletRuntimeBuilder builder = GreenletRuntime.builder();

    assertThatThrownBy(() -> builder.hubs(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'hubs' must be at least 1, was 0");
    assertThatThrownBy(() -> builder.sharedCarriers(-2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'sharedCarriers' must be at least 1, was -2");
    assertThatThrownBy(() -> builder.closeGrace(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'closeGrace' must not be negative, was PT-1S: use Duration.ZERO for none");
  }

  @Test
  void noBodyIsRefusedBySpawn() {
    assertThatThrownBy(() -> onHub("bodiless", missing()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("'body' must not be null");
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // on purpose
  private static Callable<Integer> missing() {
    return null;
  }
}
