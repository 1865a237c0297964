package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A kill ends a greenlet at its next switch point. */
@EachEngine
class KillTests extends HubContract {
  KillTests(TestEngine engine) {
    super(engine);
  }

  @Test
  void oneKilledBeforeItBeganNeverRuns() throws Exception {
    AtomicBoolean ran = new AtomicBoolean();
    GreenletTask<@Nullable Void> victim =
        onHub(
                "killer",
                () -> {
                  GreenletTask<@Nullable Void> unborn =
                      Greenlets.spawn(
                          () -> {
                            ran.set(true);
                            return null;
                          });
                  assertThat(unborn.kill("not wanted")).isTrue();
                  assertThat(unborn.isDone()).isTrue();
                  return unborn;
                })
            .get();
    runtime.awaitQuiescence(LONG);
    onHub("later", () -> 1).get();

    assertThat(ran).isFalse();
    assertThat(victim.greenletState()).isEqualTo(GreenletState.KILLED);
    assertThat(victim.kill("again")).isFalse();
  }

  @Test
  void aKillEndsAGreenletWaitAndRunsItsFinallyBlocks() throws Exception {
    AtomicBoolean cleanedUp = new AtomicBoolean();
    GreenletTask<@Nullable Void> sleeper =
        onHub(
            "sleeper",
            () -> {
              try {
                Greenlets.sleep(LONG);
              } finally {
                Greenlets.<@Nullable Void, InterruptedException>shielded(
                    () -> {
                      Greenlets.sleep(Duration.ofMillis(1));
                      cleanedUp.set(true);
                      return null;
                    });
              }
              return null;
            });
    await().until(() -> sleeper.greenletState() == GreenletState.PARKED);
    sleeper.kill("bored");

    assertThat(sleeper.join())
        .isInstanceOfSatisfying(
            Outcome.Killed.class,
            killed -> assertThat(killed.exit()).hasMessage("Greenlet 'sleeper' was killed: bored"));
    assertThat(cleanedUp).isTrue();
    assertThat(sleeper.isCancelled()).isTrue();
    assertThat(sleeper.state()).isEqualTo(Future.State.CANCELLED);
    assertThatThrownBy(sleeper::get).isInstanceOf(CancellationException.class);
  }

  @Test
  void killedIsTheOutcomeAlsoWhenTheBodySwallowsOrWrapsTheExit() throws Exception {
    GreenletTask<String> swallower =
        onHub(
            "swallower",
            () -> {
              try {
                Greenlets.sleep(LONG);
                return "slept";
              } catch (GreenletExit exit) {
                return "swallowed";
              }
            });
    GreenletTask<String> wrapper =
        onHub(
            "wrapper",
            () -> {
              try {
                Greenlets.sleep(LONG);
                return "slept";
              } catch (GreenletExit exit) {
                throw new IllegalStateException("wrapped", exit);
              }
            });
    await()
        .until(
            () ->
                swallower.greenletState() == GreenletState.PARKED
                    && wrapper.greenletState() == GreenletState.PARKED);
    swallower.kill("test");
    wrapper.kill("test");

    assertThat(swallower.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(wrapper.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void aKillReachesOneThatOnlyYields() throws Exception {
    GreenletTask<@Nullable Void> spinner =
        onHub(
            "spinner",
            () -> {
              while (true) {
                Greenlets.yieldNow();
              }
            });
    await().until(() -> spinner.switches() > 3);
    spinner.kill("enough");

    assertThat(spinner.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void aKillIsDeliveredBeforeABlockingCallAndNeverWhenItCleansUp() throws Exception {
    AtomicBoolean called = new AtomicBoolean();
    AtomicBoolean cleanedUp = new AtomicBoolean();
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<@Nullable Void> victim =
        onHub(
            "victim",
            () -> {
              waitFor(release, "the kill is pending when this returns");
              SwitchPoint.enterUncancellable(new WaitReason("jdbc", "close")).close();
              cleanedUp.set(true);
              SwitchPoint.call(
                  new WaitReason("jdbc", "insert"),
                  () -> {
                    called.set(true);
                    return null;
                  });
              return null;
            });
    await().until(() -> victim.greenletState() == GreenletState.PARKED);
    victim.kill("test");
    release.countDown();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(cleanedUp).isTrue();
    assertThat(called).isFalse();
  }

  @Test
  void killingOneselfThrowsHereAndNow() throws Exception {
    AtomicBoolean survived = new AtomicBoolean();
    GreenletTask<@Nullable Void> suicide =
        onHub(
            "suicide",
            () -> {
              Greenlets.current().kill("no reason");
              survived.set(true);
              return null;
            });

    assertThat(suicide.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(survived).isFalse();
  }
}
