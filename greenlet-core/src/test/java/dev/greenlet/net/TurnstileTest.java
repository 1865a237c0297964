package dev.greenlet.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.EngineChoice;
import dev.greenlet.EveryEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.WaitReason;
import dev.greenlet.testing.EngineFixture;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One passes at a time, in the order of arrival, and none leaves before that. */
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
  void neitherAKillNorAnInterruptEndsTheWait() throws Exception {
    turnstile.enter(READ);
    GreenletTask<Boolean> killed = passing("killed");
    GreenletTask<Boolean> interrupted = passing("interrupted");

    killed.kill("enough");
    lastThread.get().interrupt();
    turnstile.leave();

    assertThat(killed.join()).isEqualTo(new Outcome.Returned<>(false));
    assertThat(interrupted.get()).isTrue();
    assertThat(passed).containsExactly("killed", "interrupted");
  }
}
