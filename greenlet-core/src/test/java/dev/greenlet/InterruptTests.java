package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What an interrupt ends, and what it does not. */
@EachEngine
class InterruptTests extends HubContract {
  InterruptTests(TestEngine engine) {
    super(engine);
  }

  @Test
  void anInterruptEndsAGreenletWaitWithAnInterruptedException() throws Exception {
    AtomicInteger step = new AtomicInteger();
    Thread[] thread = new Thread[1];
    GreenletTask<String> sleeper =
        onHub(
            "sleeper",
            () -> {
              thread[0] = Thread.currentThread();
              step.set(1);
              try {
                Greenlets.sleep(LONG);
                return "slept";
              } catch (InterruptedException e) {
                return "interrupted, flag " + Thread.currentThread().isInterrupted();
              }
            });
    await().until(() -> sleeper.greenletState() == GreenletState.PARKED && step.get() == 1);
    thread[0].interrupt();

    assertThat(sleeper.get()).isEqualTo("interrupted, flag false");
  }

  @Test
  void anInterruptDoesNotDisturbATurnOfTheHub() throws Exception {
    GreenletTask<Boolean> task =
        onHub(
            "interrupted",
            () -> {
              Thread.currentThread().interrupt();
              Greenlets.yieldNow();
              Greenlets.moveTo(otherHub);
              Greenlets.moveTo(hub);
              return Thread.interrupted();
            });

    assertThat(task.get()).isTrue();
  }
}
