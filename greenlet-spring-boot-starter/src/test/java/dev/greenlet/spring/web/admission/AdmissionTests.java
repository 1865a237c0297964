package dev.greenlet.spring.web.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.SpawnOptions;
import dev.greenlet.WaitReason;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.web.admission.ConcurrencyLimit.Ending;
import dev.greenlet.spring.web.admission.ConcurrencyLimit.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Admission in isolation, without requests. */
@ParameterizedClass(name = "on the {0} engine")
@EnumSource(names = {"NATIVE", "PORTABLE"})
@Timeout(60)
class AdmissionTests {
  private static final Duration LONG = Duration.ofSeconds(50);

  private final SettableLimit limit = new SettableLimit(1);
  private final AtomicLong nanoTime = new AtomicLong();
  private final GreenletRuntime runtime;

  AdmissionTests(EngineChoice engine) {
    runtime = GreenletRuntime.builder().engine(engine).hubs(2).build();
  }

  @AfterEach
  void close() {
    runtime.close();
  }

  @Test
  void requestsUpToTheLimitAreAdmittedAndTheOthersAreRejectedWithTheNumbers() throws Exception {
    limit.current = 2;
    Admission admission = admission(0, LONG);

    assertThat(admission.acquire()).isInstanceOf(Permit.class);
    assertThat(admission.acquire()).isInstanceOf(Permit.class);
    assertThat(admission.acquire()).isEqualTo(new Rejection.QueueFull(2, 0));
    assertThat(admission.snapshot()).isEqualTo(new AdmissionSnapshot(2, 2, 0, 0, 2, 1, 0));
  }

  @Test
  void aPermitReleasedTwiceIsFreeOnce() throws Exception {
    Admission admission = admission(0, LONG);
    Permit permit = permit(admission);

    permit.release(Ending.SUCCESS);
    permit.release(Ending.SUCCESS);

    assertThat(admission.snapshot().live()).isZero();
  }

  @Test
  void waitersShowTheirPositionAndAreAdmittedInOrder() throws Exception {
    Admission admission = admission(3, LONG);
    Permit first = permit(admission);
    List<Integer> order = new CopyOnWriteArrayList<>();
    List<GreenletTask<Object>> waiters = new ArrayList<>();
    for (int number = 1; number <= 3; number++) {
      int own = number;
      waiters.add(
          waiter(
              admission,
              () -> {
                order.add(own);
                return own;
              }));
    }

    assertThat(waiters)
        .extracting(GreenletTask::waitingOn)
        .containsExactly(
            new WaitReason("admission", "position 1 in the queue on arrival, 1 live"),
            new WaitReason("admission", "position 2 in the queue on arrival, 1 live"),
            new WaitReason("admission", "position 3 in the queue on arrival, 1 live"));
    assertThat(admission.acquire()).isEqualTo(new Rejection.QueueFull(1, 3));

    first.release(Ending.SUCCESS);
    Greenlets.joinAll(waiters);

    assertThat(order).containsExactly(1, 2, 3);
    assertThat(admission.snapshot()).isEqualTo(new AdmissionSnapshot(0, 1, 0, 3, 4, 1, 0));
  }

  @Test
  void noRequestOvertakesAWaiterThatIsAdmittedAndHasNotResumed() throws Exception {
    Admission admission = admission(1, LONG);
    Permit first = permit(admission);
    List<String> order = new CopyOnWriteArrayList<>();
    GreenletTask<Object> waiter = waiter(admission, () -> order.add("the waiter"));

    onTheHub(
            () -> { // on the hub of the waiter, which has not resumed yet
              first.release(Ending.SUCCESS);
              Permit own = permit(admission);
              order.add("the newcomer");
              own.release(Ending.SUCCESS);
              return true;
            })
        .get();

    waiter.get();
    assertThat(order).containsExactly("the waiter", "the newcomer");
  }

  @Test
  void aKilledWaiterLeavesTheQueueAndTheNextOneIsAdmitted() throws Exception {
    Admission admission = admission(2, LONG);
    Permit first = permit(admission);
    GreenletTask<Object> killed = waiter(admission, () -> "admitted");
    GreenletTask<Object> next = waiter(admission, () -> "admitted");

    killed.kill("enough");
    killed.join();

    assertThat(killed.greenletState()).isEqualTo(GreenletState.KILLED);
    assertThat(admission.snapshot().waiting()).isEqualTo(1);
    first.release(Ending.SUCCESS);
    assertThat(next.get()).isEqualTo("admitted");
    assertThat(admission.snapshot().live()).isZero();
  }

  @Test
  void anInterruptedWaiterLeavesTheQueue() throws Exception {
    Admission admission = admission(1, LONG);
    permit(admission);
    AtomicInteger interrupts = new AtomicInteger();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    admission.acquire();
                  } catch (InterruptedException expected) {
                    interrupts.incrementAndGet();
                  }
                });
    awaitWaiting(admission, 1);

    thread.interrupt();
    thread.join();

    assertThat(interrupts).hasValue(1);
    assertThat(admission.snapshot()).isEqualTo(new AdmissionSnapshot(1, 1, 0, 1, 1, 0, 0));
  }

  @Test
  void aWaiterThatTimesOutLeavesTheQueueAndGetsTheNumbers() throws Exception {
    Admission admission = admission(1, Duration.ofMillis(20));
    permit(admission);

    assertThat(onTheHub(admission::acquire).get())
        .isEqualTo(new Rejection.QueueTimeout(Duration.ofMillis(20), 1));
    assertThat(admission.snapshot()).isEqualTo(new AdmissionSnapshot(1, 1, 0, 1, 1, 0, 1));
  }

  @Test
  void aGrowingLimitAdmitsSeveralAndAShrinkingOneAdmitsNoneUntilFewerLive() throws Exception {
    Admission admission = admission(3, LONG);
    Permit first = permit(admission);
    List<GreenletTask<Permit>> waiters =
        IntStream.range(0, 3).mapToObj(i -> onTheHub(() -> permit(admission))).toList();
    awaitWaiting(admission, 3);

    limit.current = 2;
    first.release(Ending.SUCCESS);
    await().untilAsserted(() -> assertThat(admission.snapshot().live()).isEqualTo(2));
    assertThat(admission.snapshot().waiting()).isEqualTo(1);

    limit.current = 1;
    waiters.get(0).get().release(Ending.SUCCESS);
    assertThat(waiters.get(2).isDone()).isFalse();
    assertThat(admission.snapshot().live()).isEqualTo(1);

    waiters.get(1).get().release(Ending.SUCCESS);
    waiters.get(2).get().release(Ending.SUCCESS);
    assertThat(admission.snapshot().live()).isZero();
  }

  @Test
  void theLimitReceivesASampleOfEachRequest() throws Exception {
    limit.current = 2;
    Admission admission = admission(0, LONG);
    nanoTime.set(100);
    Permit first = permit(admission);
    nanoTime.set(103);
    Permit second = permit(admission);

    nanoTime.set(110);
    second.release(Ending.DROPPED);
    first.release(Ending.SUCCESS);

    assertThat(limit.samples)
        .containsExactly(
            new Sample(103, 7, 2, Ending.DROPPED), new Sample(100, 10, 1, Ending.SUCCESS));
  }

  @Test
  void aFailingLimitLosesNoPermit() throws Exception {
    ConcurrencyLimit failing =
        new ConcurrencyLimit() {
          @Override
          public int current() {
            return 1;
          }

          @Override
          public void onEnd(Sample sample) {
            throw new IllegalStateException("on purpose");
          }
        };
    Admission admission = new Admission(failing, 0, LONG, nanoTime::get);
    Permit permit = permit(admission);

    assertThatThrownBy(() -> permit.release(Ending.SUCCESS)).hasMessage("on purpose");

    assertThat(admission.snapshot().live()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomUseOfTheQueueLosesNoPermitAndTheLimitHolds(long seed) throws Exception {
    limit.current = 3;
    Admission admission = admission(20, Duration.ofMillis(5));
    AtomicInteger live = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Random random = new Random(seed);
    List<GreenletTask<Object>> tasks = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int yields = random.nextInt(60);
      tasks.add(
          runtime.spawn(
              SpawnOptions.defaults().on(random.nextBoolean() ? hub() : runtime.sharedLane()),
              () -> visit(admission, yields, live, most)));
      if (random.nextInt(4) == 0) {
        tasks.get(random.nextInt(tasks.size())).kill("at random");
      }
    }
    Greenlets.joinAll(tasks);

    assertThat(most.get()).as("seed %d", seed).isBetween(1, 3);
    AdmissionSnapshot end = admission.snapshot();
    assertThat(end.live()).as("seed %d", seed).isZero();
    assertThat(end.waiting()).as("seed %d", seed).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(admission.acquire()).as("seed %d", seed).isInstanceOf(Permit.class);
    }
  }

  private static Object visit(
      Admission admission, int yields, AtomicInteger live, AtomicInteger most)
      throws InterruptedException {
    switch (admission.acquire()) {
      case Permit permit -> {
        try {
          int present = live.incrementAndGet();
          most.accumulateAndGet(present, Math::max);
          for (int i = 0; i < yields; i++) {
            Greenlets.yieldNow();
          }
        } finally {
          live.decrementAndGet();
          permit.release(Ending.SUCCESS);
        }
        return true;
      }
      case Rejection rejection -> {
        return rejection;
      }
    }
  }

  @Test
  void invalidArgumentsAreRejected() {
    assertThatThrownBy(() -> admission(-1, LONG))
        .hasMessage("'queueSize' must not be negative, was -1");
    assertThatThrownBy(() -> admission(1, Duration.ofMillis(-1)))
        .hasMessage("'queueTimeout' must not be negative, was PT-0.001S");
    assertThatThrownBy(() -> ConcurrencyLimit.fixed(0))
        .hasMessage("'limit' must be at least 1, was 0");
  }

  private Admission admission(int queueSize, Duration queueTimeout) {
    return new Admission(limit, queueSize, queueTimeout, nanoTime::get);
  }

  private static Permit permit(Admission admission) throws InterruptedException {
    return (Permit) admission.acquire();
  }

  /** Spawns a greenlet that is queued, and records a text while it is admitted. */
  private GreenletTask<Object> waiter(Admission admission, Callable<Object> whenAdmitted) {
    int before = admission.snapshot().waiting();
    GreenletTask<Object> task =
        onTheHub(
            () -> {
              Permit permit = permit(admission);
              try {
                return whenAdmitted.call();
              } finally {
                permit.release(Ending.SUCCESS);
              }
            });
    awaitWaiting(admission, before + 1);
    await().until(() -> task.greenletState() == GreenletState.PARKED);
    return task;
  }

  private <T> GreenletTask<T> onTheHub(Callable<T> body) {
    return runtime.spawn(SpawnOptions.defaults().on(hub()), body);
  }

  private Hub hub() {
    return runtime.hubs().getFirst();
  }

  private static void awaitWaiting(Admission admission, int count) {
    await().untilAsserted(() -> assertThat(admission.snapshot().waiting()).isEqualTo(count));
  }

  private static final class SettableLimit implements ConcurrencyLimit {
    private final List<Sample> samples = new CopyOnWriteArrayList<>();
    private volatile int current;

    SettableLimit(int current) {
      this.current = current;
    }

    @Override
    public int current() {
      return current;
    }

    @Override
    public void onEnd(Sample sample) {
      samples.add(sample);
    }
  }
}
