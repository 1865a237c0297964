package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@EveryEngine
@Timeout(60)
class GreenletContractTest {
  private static final Duration LONG = Duration.ofDays(1);

  private final EngineChoice engine;
  private GreenletRuntime runtime;
  private Hub hub;
  private Hub otherHub;

  @SuppressWarnings("NullAway.Init") // by start()
  GreenletContractTest(EngineChoice engine) {
    this.engine = engine;
  }

  @BeforeEach
  void start() {
    runtime = GreenletRuntime.builder().name("test").engine(engine).hubs(2).build();
    hub = runtime.hubs().get(0);
    otherHub = runtime.hubs().get(1);
  }

  @AfterEach
  void stop() {
    runtime.close();
  }

  // --- outcomes ---------------------------------------------------------------------------------

  @Test
  void returnsWhatItsBodyReturns() throws Exception {
    GreenletTask<String> task = onHub("hello", () -> "world");

    assertThat(task.get()).isEqualTo("world");
    assertThat(task.join()).isEqualTo(new Outcome.Returned<>("world"));
    assertThat(task.status()).isEqualTo(GreenletState.RETURNED);
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
    assertThat(task.status()).isEqualTo(GreenletState.FAILED);
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

  // --- one at a time ----------------------------------------------------------------------------

  @Test
  void greenletsOfAHubNeverRunAtOnce() throws Exception {
    Counter counter = new Counter();
    List<GreenletTask<@Nullable Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      tasks.add(
          onHub(
              "increment",
              () -> {
                Greenlets.yieldNow();
                counter.incrementWithoutLock();
                Greenlets.sleep(Duration.ofNanos(1));
                counter.incrementWithoutLock();
                return null;
              }));
    }
    Greenlets.joinAll(tasks);

    assertThat(counter.value).isEqualTo(4_000);
    assertThat(counter.overlaps.get()).isZero();
  }

  @Test
  void greenletsOfTheSharedLaneDoRunAtOnce() throws Exception {
    CountDownLatch bothHere = new CountDownLatch(2);
    List<GreenletTask<Boolean>> tasks =
        IntStream.range(0, 2)
            .mapToObj(
                i ->
                    runtime.<Boolean>spawn(
                        SpawnOptions.named("shared"),
                        () -> {
                          bothHere.countDown();
                          return spinUntil(() -> bothHere.getCount() == 0);
                        }))
            .toList();

    for (GreenletTask<Boolean> task : tasks) {
      assertThat(task.get()).isTrue();
    }
  }

  @Test
  void takesTurnsInTheOrderOfYielding() throws Exception {
    StringBuilder trail = new StringBuilder();
    GreenletTask<@Nullable Void> root =
        onHub(
            "root",
            () -> {
              for (String who : List.of("1", "2")) {
                Greenlets.spawn(
                    () -> {
                      trail.append(who).append("A ");
                      Greenlets.yieldNow();
                      trail.append(who).append("B ");
                      return null;
                    });
              }
              trail.append("0 ");
              return null;
            });
    root.get();
    runtime.awaitQuiescence(LONG);

    assertThat(trail).hasToString("0 1A 2A 1B 2B ");
  }

  @Test
  void aSpawnedChildRunsWhenTheSpawnerGivesUpItsHub() throws Exception {
    AtomicBoolean ran = new AtomicBoolean();
    GreenletTask<Boolean> parent =
        onHub(
            "parent",
            () -> {
              GreenletTask<?> child =
                  Greenlets.spawn(
                      () -> {
                        ran.set(true);
                        return null;
                      });
              boolean early = ran.get();
              child.join();
              return early;
            });

    assertThat(parent.get()).isFalse();
    assertThat(ran).isTrue();
  }

  // --- lanes ------------------------------------------------------------------------------------

  @Test
  void movesBetweenLanesWithOneThreadAndItsThreadLocals() throws Exception {
    ThreadLocal<String> local = new ThreadLocal<>();
    GreenletTask<List<Lane>> mover =
        onHub(
            "mover",
            () -> {
              Thread thread = Thread.currentThread();
              local.set("kept");
              List<Lane> visited = new ArrayList<>();
              for (Lane lane : List.of(otherHub, runtime.sharedLane(), hub, hub)) {
                Greenlets.moveTo(lane);
                visited.add(Greenlets.current().lane());
                assertThat(Thread.currentThread()).isSameAs(thread);
                assertThat(local.get()).isEqualTo("kept");
              }
              return visited;
            });

    assertThat(mover.get()).containsExactly(otherHub, runtime.sharedLane(), hub, hub);
    await().untilAsserted(() -> assertThat(hub.live() + otherHub.live()).isZero());
  }

  @Test
  void whoMovesToAHubRunsAloneThere() throws Exception {
    Counter counter = new Counter();
    List<GreenletTask<@Nullable Void>> movers =
        IntStream.range(0, 500)
            .mapToObj(
                i ->
                    runtime.<@Nullable Void>spawn(
                        SpawnOptions.named("mover"),
                        () -> {
                          Greenlets.moveTo(hub);
                          counter.incrementWithoutLock();
                          Greenlets.moveTo(runtime.sharedLane());
                          Greenlets.moveTo(hub);
                          counter.incrementWithoutLock();
                          return null;
                        }))
            .toList();
    Greenlets.joinAll(movers);

    assertThat(counter.value).isEqualTo(1_000);
    assertThat(counter.overlaps.get()).isZero();
  }

  @Test
  void offloadedWorkLeavesTheHubToOthersAndComesBack() throws Exception {
    AtomicBoolean othersRan = new AtomicBoolean();
    GreenletTask<Lane> offloader =
        onHub(
            "offloader",
            () -> {
              Greenlets.spawn(
                  () -> {
                    othersRan.set(true);
                    return null;
                  });
              Greenlets.offload(() -> spinUntil(othersRan::get));
              return Greenlets.current().lane();
            });

    assertThat(offloader.get()).isSameAs(hub);
    assertThat(othersRan).isTrue();
  }

  @Test
  void offloadComesBackWhenTheCallFails() throws Exception {
    GreenletTask<Lane> offloader =
        onHub(
            "offloader",
            () -> {
              assertThatThrownBy(
                      () ->
                          Greenlets.offload(
                              () -> {
                                throw new java.io.IOException("no such file");
                              }))
                  .isInstanceOf(java.io.IOException.class);
              return Greenlets.current().lane();
            });

    assertThat(offloader.get()).isSameAs(hub);
  }

  @Test
  void aLaneOfAnotherRuntimeIsRefused() {
    try (GreenletRuntime other = GreenletRuntime.builder().name("other").engine(engine).build()) {
      Hub foreign = other.hubs().getFirst();

      assertThatThrownBy(() -> runtime.spawn(SpawnOptions.defaults().on(foreign), () -> 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'lane' must belong to runtime 'test', was hub 'other-0' of another one");
    }
  }

  // --- switch points ----------------------------------------------------------------------------

  @Test
  void aSwitchPointGivesTheHubToOthersAndTellsWhatItWaitsFor() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<String> waiting = onHub("waiting", () -> waitFor(release, "done"));
    await().until(() -> waiting.status() == GreenletState.PARKED);

    assertThat(onHub("other", () -> "ran").get()).isEqualTo("ran");
    assertThat(waiting.waitingOn()).isEqualTo(new WaitReason("jdbc", "select ?"));
    release.countDown();
    assertThat(waiting.get()).isEqualTo("done");
    assertThat(waiting.waitingOn()).isNull();
  }

  @Test
  void nestedSwitchPointsGiveUpTheHubOnceAndTellTheInnerReason() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<Integer> nested =
        onHub(
            "nested",
            () ->
                SwitchPoint.call(
                    new WaitReason("http", "outer"),
                    () -> {
                      try (SwitchPoint inner = SwitchPoint.enter(new WaitReason("jdbc", "x"))) {
                        inner.refine("inner");
                        release.await();
                      }
                      WaitReason after = Greenlets.current().waitingOn();
                      assertThat(after).isEqualTo(new WaitReason("http", "outer"));
                      return 1;
                    }));
    await()
        .untilAsserted(
            () -> assertThat(nested.waitingOn()).isEqualTo(new WaitReason("jdbc", "inner")));
    assertThat(onHub("other", () -> 2).get()).isEqualTo(2);
    release.countDown();
    assertThat(nested.get()).isEqualTo(1);
  }

  @Test
  void aGreenletWaitInsideASwitchPointIsPossible() throws Exception {
    GreenletTask<Integer> child = onHub("child", () -> 4);
    GreenletTask<Integer> parent =
        onHub("parent", () -> SwitchPoint.call(new WaitReason("http", ""), child::get));

    assertThat(parent.get()).isEqualTo(4);
  }

  @Test
  void aSwitchPointOffAGreenletIsJustTheCall() throws Exception {
    assertThat(SwitchPoint.call(new WaitReason("jdbc", ""), () -> 3)).isEqualTo(3);
    try (SwitchPoint nowhere = SwitchPoint.enter(new WaitReason("jdbc", ""))) {
      nowhere.refine("nobody hears it");
    }
  }

  // --- kill -------------------------------------------------------------------------------------

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
    assertThat(victim.status()).isEqualTo(GreenletState.KILLED);
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
                Greenlets.sleep(Duration.ofMillis(1)); // delivered once, so that this one waits
                cleanedUp.set(true);
              }
              return null;
            });
    await().until(() -> sleeper.status() == GreenletState.PARKED);
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
                swallower.status() == GreenletState.PARKED
                    && wrapper.status() == GreenletState.PARKED);
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
              SwitchPoint.enterToCleanUp(new WaitReason("jdbc", "close")).close();
              cleanedUp.set(true);
              SwitchPoint.call(
                  new WaitReason("jdbc", "insert"),
                  () -> {
                    called.set(true);
                    return null;
                  });
              return null;
            });
    await().until(() -> victim.status() == GreenletState.PARKED);
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

  // --- interrupts -------------------------------------------------------------------------------

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
    await().until(() -> sleeper.status() == GreenletState.PARKED && step.get() == 1);
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

  // --- family -----------------------------------------------------------------------------------

  @Test
  void knowsItsParentAndItsChildren() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<List<GreenletTask<?>>> parent =
        onHub(
            "parent",
            () -> {
              Greenlets.spawn("first", () -> waitFor(release, 1));
              Greenlets.spawn("second", () -> waitFor(release, 2));
              waitFor(release, 0);
              return List.of();
            });
    await().until(() -> parent.children().size() == 2);

    assertThat(parent.children()).extracting(GreenletTask::name).containsExactly("first", "second");
    assertThat(parent.children()).allSatisfy(child -> assertThat(child.parent()).isSameAs(parent));
    assertThat(parent.parent()).isNull();
    release.countDown();
    runtime.awaitQuiescence(LONG);
    assertThat(parent.children()).isEmpty();
  }

  @Test
  void whoLosesItsParentBelongsToTheNearestAncestorThatLives() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<?>[] grandchild = new GreenletTask<?>[1];
    GreenletTask<Integer> root =
        onHub(
            "root",
            () -> {
              GreenletTask<?> middle =
                  Greenlets.spawn(
                      "middle",
                      () -> {
                        grandchild[0] = Greenlets.spawn("leaf", () -> waitFor(release, 1));
                        return null;
                      });
              middle.join();
              return waitFor(release, 0);
            });
    await().until(() -> root.children().size() == 1 && root.status() == GreenletState.PARKED);

    assertThat(root.children()).containsExactly(grandchild[0]);
    assertThat(grandchild[0].parent()).isSameAs(root);
    release.countDown();
    runtime.awaitQuiescence(LONG);
  }

  // --- misuse -----------------------------------------------------------------------------------

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
        .hasMessage("Greenlet 'self' would wait for itself for ever: join it from another one");
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
  void closingKillsWhatLives() throws Exception {
    GreenletTask<@Nullable Void> sleeper =
        onHub(
            "sleeper",
            () -> {
              Greenlets.sleep(LONG);
              return null;
            });
    runtime.close();

    assertThat(sleeper.join()).isInstanceOf(Outcome.Killed.class);
    await().untilAsserted(() -> assertThat(hub.state()).isEqualTo(Hub.State.CLOSED));
  }

  @Test
  void whatOutlivesItsRuntimeStillComesToAnEnd() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    GreenletTask<String> survivor =
        onHub(
            "survivor",
            () -> {
              SwitchPoint.enterToCleanUp(new WaitReason("jdbc", "commit")).close();
              awaitIgnoringInterrupts(release);
              try {
                Greenlets.sleep(Duration.ofMillis(1));
              } catch (GreenletExit killedAtLast) {
                Greenlets.sleep(Duration.ofMillis(1));
                Greenlets.yieldNow();
              }
              return "ended";
            });
    await().until(() -> survivor.switches() > 0);
    Thread closer = Thread.ofPlatform().start(() -> runtime.close(Duration.ZERO));
    await().until(() -> ((DefaultGreenletTask<?>) survivor).signals().mayEndWait()); // is killed
    if (engine == EngineChoice.NATIVE) {
      await().until(() -> hub.state() == Hub.State.CLOSED);
    }
    release.countDown();
    closer.join();

    assertThat(survivor.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void whateverTheKilledStillWaitForWhenTheirHubEndsTheyWakeUp() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (GreenletRuntime closing = GreenletRuntime.builder().engine(engine).build()) {
        List<GreenletTask<@Nullable Void>> survivors = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          survivors.add(
              closing.spawn(
                  SpawnOptions.named("survivor").on(closing.hubs().getFirst()),
                  () -> {
                    try {
                      Greenlets.sleep(LONG);
                    } finally {
                      Greenlets.yieldNow();
                      Greenlets.sleep(Duration.ofMillis(1));
                    }
                    return null;
                  }));
        }
        await().until(() -> closing.hubs().getFirst().switches() >= 50);
        closing.close(Duration.ZERO);

        assertThat(Greenlets.joinAll(survivors)).allMatch(Outcome.Killed.class::isInstance);
      }
    }
  }

  // --- helpers ----------------------------------------------------------------------------------

  private <T extends @Nullable Object> GreenletTask<T> onHub(
      String name, java.util.concurrent.Callable<? extends T> body) {
    return runtime.spawn(SpawnOptions.named(name).on(hub), body);
  }

  private static <T> T waitFor(CountDownLatch latch, T result) throws InterruptedException {
    SwitchPoint wait = SwitchPoint.enter(new WaitReason("jdbc", "select ?"));
    try {
      latch.await();
    } finally {
      wait.close();
    }
    return result;
  }

  private static void awaitIgnoringInterrupts(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException again) {
        // wait on
      }
    }
  }

  private static boolean spinUntil(java.util.function.BooleanSupplier condition) {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > giveUp) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int recurse(int depth) {
    return recurse(depth + 1) + 1;
  }

  /** State without a lock, which tells when two were at it. */
  private static final class Counter {
    private int value;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();

    void incrementWithoutLock() {
      if (inside.incrementAndGet() != 1) {
        overlaps.incrementAndGet();
      }
      int read = value;
      for (int i = 0; i < 20; i++) {
        Thread.onSpinWait();
      }
      value = read + 1;
      inside.decrementAndGet();
    }
  }
}
