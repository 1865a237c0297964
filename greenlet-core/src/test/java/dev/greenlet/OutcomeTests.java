package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How a greenlet ends, and who learns of it. */
@EachEngine
class OutcomeTests extends HubContract {
  OutcomeTests(TestEngine engine) {
    super(engine);
  }

  @Test
  void returnsWhatItsBodyReturns() throws Exception {
    GreenletTask<String> task = onHub("hello", () -> "world");

    assertThat(task.get()).isEqualTo("world");
    assertThat(task.join()).isEqualTo(new Outcome.Returned<>("world"));
    assertThat(task.greenletState()).isEqualTo(GreenletState.RETURNED);
    assertThat(task.state()).isEqualTo(Future.State.SUCCESS);
    assertThat(task.resultNow()).isEqualTo("world");
  }

  @Test
  void failsWithWhatItsBodyThrows() throws Exception {
    IllegalStateException failure = new IllegalStateException("broken");
    GreenletTask<String> task =
        onHub(
            "broken",
            () -> {
              throw failure;
            });

    assertThat(task.join()).isEqualTo(new Outcome.Failed<>(failure));
    assertThat(task.greenletState()).isEqualTo(GreenletState.FAILED);
    assertThat(task.state()).isEqualTo(Future.State.FAILED);
    assertThatThrownBy(task::get).isInstanceOf(ExecutionException.class).hasCause(failure);
  }

  @Test
  void aStackOverflowFailsOneGreenletAndNoOther() throws Exception {
    GreenletTask<Integer> deep = onHub("deep", () -> recurse(0));

    assertThat(deep.join()).isInstanceOf(Outcome.Failed.class);
    assertThat(onHub("next", () -> 1).get()).isEqualTo(1);
  }

  @Test
  void aTimedGetGivesUpAndTheGreenletGoesOn() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<String> task = onHub("slow", () -> waitFor(release, "done"));

    assertThatThrownBy(() -> task.get(1, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("Greenlet 'slow' has not ended within 1 MILLISECONDS");
    assertThat(task.join(Duration.ZERO)).isNull();
    release.countDown();
    assertThat(task.get()).isEqualTo("done");
  }

  @Test
  void aBodyThatThrowsAnExitItselfEndsAsKilled() throws Exception {
    GreenletExit own = new GreenletExit("had enough", null);
    GreenletTask<?> task =
        onHub(
            "ends itself",
            () -> {
              throw own;
            });

    assertThat(task.join()).isEqualTo(new Outcome.Killed<>(own));
    assertThat(task.isCancelled()).isTrue();
    assertThat(task.state()).isEqualTo(Future.State.CANCELLED);
  }
}
