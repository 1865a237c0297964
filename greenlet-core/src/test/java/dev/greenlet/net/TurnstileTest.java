package dev.greenlet.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.EngineChoice;
import dev.greenlet.EveryEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import dev.greenlet.testing.EngineFixture;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One passes at a time, in the order of arrival; those that are killed leave before that. */
@EveryEngine
class TurnstileTest extends EngineFixture {
  private static final WaitReason READ = new WaitReason("socket", "read");

  private final Turnstile turnstile = new Turnstile();
  private final List<String> passed = new CopyOnWriteArrayList<>();
  private final AtomicReference<Thread> lastThread = new AtomicReference<>();

  TurnstileTest(EngineChoice engine) {
    super(engine);
  }

  private GreenletTask<Boolean> passing(String name) {
    GreenletTask<Boolean> passing =
        go(
            () -> {
              lastThread.set(Thread.currentThread());
              turnstile.enter(READ);
              passed.add(name);
              boolean interrupted = Thread.currentThread().isInterrupted();
              turnstile.leave();
              return interrupted;
            });
    awaitParked(passing);
    return passing;
  }

  @Test
  void passInTheOrderOfArrival() throws Exception {
    turnstile.enter(READ);
    List<GreenletTask<Boolean>> all = List.of(passing("first"), passing("second"));
    assertThat(all.getFirst().waitingOn()).isEqualTo(READ);

    turnstile.leave();
    for (GreenletTask<Boolean> each : all) {
      each.get();
    }

    assertThat(passed).containsExactly("first", "second");
    turnstile.enter(READ); // is free again
  }

  @Test
  void aKillEndsTheWaitAndAnInterruptDoesNot() throws Exception {
    turnstile.enter(READ);
    GreenletTask<Boolean> killed = passing("killed");
    GreenletTask<Boolean> interrupted = passing("interrupted");

    killed.kill("enough");
    assertThat(killed.join()).isInstanceOf(Outcome.Killed.class);
    lastThread.get().interrupt();
    turnstile.leave();

    assertThat(interrupted.get()).isTrue();
    assertThat(passed).containsExactly("interrupted");
    turnstile.enter(READ); // is free again
  }

  @Test
  void insideOfASwitchPointThatCleansUpAKillDoesNotEndTheWait() throws Exception {
    turnstile.enter(READ);
    GreenletTask<Boolean> cleansUp =
        go(
            () -> {
              try (SwitchPoint _ = SwitchPoint.enterToCleanUp(READ)) {
                turnstile.enter(READ);
                turnstile.leave();
              }
              return passed.add("cleans up");
            });
    awaitParked(cleansUp);

    cleansUp.kill("enough");
    turnstile.leave();

    cleansUp.join();
    assertThat(passed).containsExactly("cleans up");
  }
}
