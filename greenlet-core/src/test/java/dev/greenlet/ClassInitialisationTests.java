package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.greenlet.sync.GreenletQueue;
import dev.greenlet.testing.ClassInitialiser;
import dev.greenlet.testing.EngineFixture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No exit is thrown below a class initialiser, for its class would be unusable from then on. */
@EachEngine
class ClassInitialisationTests extends EngineFixture {
  private static final WaitReason CALL = new WaitReason("http", "GET");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Class<?> fresh = ClassInitialiser.define();
  private final GreenletQueue<String> queue = GreenletQueue.fifo(1, "items");
  private final List<String> trail = new CopyOnWriteArrayList<>();

  ClassInitialisationTests(TestEngine engine) {
    super(engine.builder());
  }

  /** What initialises the class, and comes to a switch point after that. */
  private String initialising(Script initialiser) {
    ClassInitialiser.initialise(
        fresh,
        () -> {
          try {
            initialiser.run();
          } catch (Exception failure) {
            throw new IllegalStateException(failure);
          }
          trail.add("initialised");
        });
    Greenlets.yieldNow();
    return "went on";
  }

  @AfterEach
  void theClassIsUsable() {
    assertThatCode(() -> ClassInitialiser.use(fresh)).doesNotThrowAnyException();
    assertThat(trail).endsWith("initialised");
  }

  @Test
  void aKillLeavesAWaitBelowAnInitialiserAlone() throws Exception {
    GreenletTask<String> victim = go(() -> initialising(() -> trail.add(queue.take())));
    await().until(() -> queue.waiters().size() == 1);
    awaitParked(victim);
    victim.kill("enough");
    assertThat(queue.waiters()).hasSize(1);
    queue.put("item");

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(trail).containsExactly("item", "initialised");
  }

  @Test
  void aWaitBelowAnInitialiserBeginsAlsoIfItsGreenletIsKilled() throws Exception {
    CountDownLatch killed = new CountDownLatch(1);
    GreenletTask<String> victim =
        go(
            () ->
                initialising(
                    () -> {
                      killed.await();
                      Greenlets.yieldNow();
                      trail.add(queue.take());
                    }));
    awaitWaiting(victim);
    victim.kill("enough");
    killed.countDown();
    await().until(() -> queue.waiters().size() == 1);
    queue.put("item");

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(trail).containsExactly("item", "initialised");
  }

  private static void awaitWaiting(GreenletTask<?> task) {
    Thread thread = ((DefaultGreenletTask<?>) task).thread();
    await().until(() -> thread.getState() == Thread.State.WAITING);
  }

  @Test
  void aCallBelowAnInitialiserIsNotCutShort() throws Exception {
    CountDownLatch calling = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    AtomicInteger cuts = new AtomicInteger();
    GreenletTask<String> victim =
        go(
            () ->
                initialising(
                    () ->
                        SwitchPoint.call(
                            CALL,
                            cuts::incrementAndGet,
                            () -> {
                              calling.countDown();
                              answer.await();
                              return null;
                            })));
    calling.await();
    awaitWaiting(victim);
    victim.kill("enough");
    answer.countDown();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(cuts).hasValue(0);
  }

  @Test
  void aCallBelowAnInitialiserIsNotCutShortByAKillThatCameBefore() throws Exception {
    AtomicInteger cuts = new AtomicInteger();
    GreenletTask<String> victim =
        go(
            () ->
                initialising(
                    () -> {
                      Greenlets.current().kill("oneself");
                      try (SwitchPoint call = SwitchPoint.enterMidExchange(CALL)) {
                        call.onCancel(cuts::incrementAndGet);
                      }
                    }));

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(cuts).hasValue(0);
  }

  @Test
  void nothingBelowAnInitialiserIsInterrupted() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    GreenletTask<String> victim =
        runtime.spawn(
            SpawnOptions.defaults(),
            () -> {
              try (InterruptScope _ = InterruptScope.after(SECOND)) {
                return initialising(never::await);
              }
            });
    awaitWaiting(victim);
    victim.kill("enough");
    GreenletTask<?> other =
        runtime.spawn(
            SpawnOptions.defaults(),
            () -> {
              try (InterruptScope _ = InterruptScope.after(SECOND)) {
                new CountDownLatch(1).await();
              }
              return null;
            });
    awaitWaiting(other);
    other.kill("enough");
    await()
        .until(
            () -> {
              time.advance(SECOND);
              return other.isDone();
            });
    assertThat(victim.isDone()).isFalse();
    never.countDown();

    assertThat(victim.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void aLimitIsThrownAfterTheInitialiser() throws Exception {
    GreenletTask<String> late =
        go(
            () ->
                Deadline.within(
                    SECOND,
                    () ->
                        initialising(
                            () -> {
                              time.advance(SECOND);
                              for (int i = 0; i < 10; i++) {
                                Greenlets.yieldNow();
                              }
                            }),
                    "late"));

    assertThat(late.get()).isEqualTo("late");
  }
}
