package dev.greenlet.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletTask;
import dev.greenlet.Outcome;
import dev.greenlet.SwitchPoint;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitReason;
import dev.greenlet.testing.EngineFixture;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One passes at a time, in the order of arrival; those that are killed leave before that. */
@EachEngine
class SocketMutexTests extends EngineFixture {
  private static final WaitReason READ = new WaitReason("socket", "read");

  private final SocketMutex mutex = new SocketMutex();
  private final List<String> passed = new CopyOnWriteArrayList<>();
  private final AtomicReference<Thread> lastThread = new AtomicReference<>();

  SocketMutexTests(TestEngine engine) {
    super(engine.builder());
  }

  private GreenletTask<Boolean> passing(String name) {
    GreenletTask<Boolean> passing =
        go(
            () -> {
              lastThread.set(Thread.currentThread());
              mutex.enter(READ);
              passed.add(name);
              boolean interrupted = Thread.currentThread().isInterrupted();
              mutex.leave();
              return interrupted;
            });
    awaitParked(passing);
    return passing;
  }

  @Test
  void passInTheOrderOfArrival() throws Exception {
    mutex.enter(READ);
    List<GreenletTask<Boolean>> all = List.of(passing("first"), passing("second"));
    assertThat(all.getFirst().waitingOn()).isEqualTo(READ);

    mutex.leave();
    for (GreenletTask<Boolean> each : all) {
      each.get();
    }

    assertThat(passed).containsExactly("first", "second");
    mutex.enter(READ); // is free again
  }

  @Test
  void aKillEndsTheWaitAndAnInterruptDoesNot() throws Exception {
    mutex.enter(READ);
    GreenletTask<Boolean> killed = passing("killed");
    GreenletTask<Boolean> interrupted = passing("interrupted");

    killed.kill("enough");
    assertThat(killed.join()).isInstanceOf(Outcome.Killed.class);
    lastThread.get().interrupt();
    mutex.leave();

    assertThat(interrupted.get()).isTrue();
    assertThat(passed).containsExactly("interrupted");
    mutex.enter(READ); // is free again
  }

  @Test
  void insideOfASwitchPointThatCleansUpAKillDoesNotEndTheWait() throws Exception {
    mutex.enter(READ);
    GreenletTask<Boolean> cleansUp =
        go(
            () -> {
              try (SwitchPoint _ = SwitchPoint.enterUncancellable(READ)) {
                mutex.enter(READ);
                mutex.leave();
              }
              return passed.add("cleans up");
            });
    awaitParked(cleansUp);

    cleansUp.kill("enough");
    mutex.leave();

    cleansUp.join();
    assertThat(passed).containsExactly("cleans up");
  }
}
