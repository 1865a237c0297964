package dev.greenlet.spring.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.engine.EngineChoice;
import dev.greenlet.sync.GreenletEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;

/**
 * Reactor's contract of a scheduler: accepted tasks run once, later or periodically; the tasks of a
 * worker run in order and never two at once; a disposed task does not run; after the end tasks are
 * rejected with Reactor's own exception.
 */
@ParameterizedClass(name = "on {0}")
@EnumSource(names = {"NATIVE", "PORTABLE"})
@Timeout(60)
class HubSchedulerTests {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final GreenletRuntime runtime;
  private final Hub hub;
  private final Scheduler scheduler;
  private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();

  HubSchedulerTests(EngineChoice engine) {
    runtime =
        GreenletRuntime.builder()
            .engine(engine)
            .hubs(1)
            .uncaughtHandler((greenlet, origin, failure) -> uncaught.add(failure))
            .build();
    hub = runtime.hubs().getFirst();
    scheduler = HubScheduler.on(runtime, hub);
  }

  @AfterEach
  void close() {
    scheduler.dispose();
    runtime.close();
  }

  /** The scheduler itself, or one of its workers. */
  private interface Place {
    Disposable schedule(Runnable task);

    Disposable schedule(Runnable task, long delay, TimeUnit unit);

    Disposable schedulePeriodically(Runnable task, long delay, long period, TimeUnit unit);

    Disposable owner();
  }

  private record Direct(Scheduler owner) implements Place {
    @Override
    public Disposable schedule(Runnable task) {
      return owner.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      return owner.schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long delay, long period, TimeUnit unit) {
      return owner.schedulePeriodically(task, delay, period, unit);
    }
  }

  private record OfWorker(Scheduler.Worker owner) implements Place {
    @Override
    public Disposable schedule(Runnable task) {
      return owner.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      return owner.schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long delay, long period, TimeUnit unit) {
      return owner.schedulePeriodically(task, delay, period, unit);
    }
  }

  private List<Place> places() {
    return List.of(new OfWorker(scheduler.createWorker()), new Direct(scheduler));
  }

  private static Runnable waitingFor(GreenletEvent gate, CountDownLatch begun) {
    return () -> {
      begun.countDown();
      try {
        gate.await();
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    };
  }

  // --- the contract -----------------------------------------------------------------------------

  @Test
  void aTaskRunsAsAGreenletOnTheHubAndIsDisposedWhenItHasRun() {
    for (Place place : places()) {
      List<Object> ranOn = new CopyOnWriteArrayList<>();
      Disposable task = place.schedule(() -> ranOn.add(Greenlets.current().lane()));

      await().atMost(PATIENCE).until(task::isDisposed);
      assertThat(ranOn).containsExactly(hub);
    }
  }

  @Test
  void aRunningTaskIsKilledWhenItIsDisposed() throws Exception {
    for (Place place : places()) {
      GreenletEvent never = new GreenletEvent("never");
      CountDownLatch begun = new CountDownLatch(1);
      Disposable task = place.schedule(waitingFor(never, begun));
      begun.await();
      assertThat(task.isDisposed()).isFalse();

      task.dispose();
      task.dispose();
      assertThat(task.isDisposed()).isTrue();
      assertThat(runtime.awaitQuiescence(PATIENCE)).isTrue();
    }
  }

  @Test
  void aTaskDisposedBeforeItIsDueDoesNotRun() throws Exception {
    for (Place place : places()) {
      AtomicBoolean ran = new AtomicBoolean();
      Disposable task = place.schedule(() -> ran.set(true), 1, TimeUnit.DAYS);
      assertThat(task.isDisposed()).isFalse();
      task.dispose();

      assertThat(task.isDisposed()).isTrue();
      assertThat(runtime.awaitQuiescence(PATIENCE)).isTrue();
      assertThat(ran).isFalse();
    }
  }

  @Test
  void aDelayedTaskRunsAfterItsDelay() {
    for (Place place : places()) {
      long before = System.nanoTime();
      AtomicInteger elapsedMillis = new AtomicInteger();
      Disposable task =
          place.schedule(
              () -> elapsedMillis.set((int) ((System.nanoTime() - before) / 1_000_000)),
              20,
              TimeUnit.MILLISECONDS);

      await().atMost(PATIENCE).until(task::isDisposed);
      assertThat(elapsedMillis).hasValueGreaterThanOrEqualTo(20);
    }
  }

  @Test
  void aPeriodicTaskRunsUntilItIsDisposed() throws Exception {
    for (Place place : places()) {
      AtomicInteger atOnce = new AtomicInteger();
      AtomicBoolean overlapped = new AtomicBoolean();
      CountDownLatch three = new CountDownLatch(3);
      Disposable task =
          place.schedulePeriodically(
              () -> {
                overlapped.compareAndSet(false, atOnce.incrementAndGet() > 1);
                Greenlets.yieldNow();
                atOnce.decrementAndGet();
                three.countDown();
              },
              1,
              1,
              TimeUnit.MILLISECONDS);
      three.await();
      assertThat(task.isDisposed()).isFalse();
      task.dispose();

      assertThat(task.isDisposed()).isTrue();
      assertThat(runtime.awaitQuiescence(PATIENCE)).isTrue();
      assertThat(overlapped).isFalse();
    }
  }

  @Test
  void disposingDisposesTheTasksAndRejectsNewOnes() throws Exception {
    for (Place place : places()) {
      GreenletEvent never = new GreenletEvent("never");
      CountDownLatch begun = new CountDownLatch(1);
      List<Disposable> tasks = new ArrayList<>();
      tasks.add(place.schedule(waitingFor(never, begun)));
      for (int i = 0; i < 10; i++) {
        tasks.add(place.schedule(waitingFor(never, begun)));
        tasks.add(place.schedule(waitingFor(never, begun), 1, TimeUnit.DAYS));
        tasks.add(place.schedulePeriodically(waitingFor(never, begun), 1, 1, TimeUnit.DAYS));
      }
      begun.await();
      assertThat(place.owner().isDisposed()).isFalse();

      place.owner().dispose();
      place.owner().dispose();

      assertThat(place.owner().isDisposed()).isTrue();
      assertThat(tasks).allMatch(Disposable::isDisposed);
      assertThat(runtime.awaitQuiescence(PATIENCE)).isTrue();
      assertThatExceptionOfType(RejectedExecutionException.class)
          .isThrownBy(() -> place.schedule(() -> {}))
          .isSameAs(Exceptions.failWithRejected());
      assertThatExceptionOfType(RejectedExecutionException.class)
          .isThrownBy(() -> place.schedule(() -> {}, 1, TimeUnit.MILLISECONDS))
          .isSameAs(Exceptions.failWithRejected());
      assertThatExceptionOfType(RejectedExecutionException.class)
          .isThrownBy(() -> place.schedulePeriodically(() -> {}, 1, 1, TimeUnit.MILLISECONDS))
          .isSameAs(Exceptions.failWithRejected());
    }
  }

  @Test
  void disposingTheSchedulerDisposesItsWorkers() {
    Scheduler.Worker worker = scheduler.createWorker();
    scheduler.dispose();

    assertThat(worker.isDisposed()).isTrue();
    assertThat(scheduler.createWorker().isDisposed()).isTrue();
  }

  @Test
  void aDisposedWorkerLeavesTheOthersAlone() {
    Scheduler.Worker disposed = scheduler.createWorker();
    disposed.dispose();
    AtomicBoolean ran = new AtomicBoolean();
    scheduler.createWorker().schedule(() -> ran.set(true));

    await().atMost(PATIENCE).untilTrue(ran);
  }

  @Test
  void aDisposedSchedulerCannotBeStartedAgain() {
    scheduler.init();
    scheduler.dispose();

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(scheduler::init)
        .withMessageEndingWith("is disposed and cannot be started again");
    assertThat(scheduler.isDisposed()).isTrue();
  }

  @Test
  void gracefulDisposalWaitsForRunningAndQueuedTasks() throws Exception {
    GreenletEvent gate = new GreenletEvent("gate");
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean ranInTurn = new AtomicBoolean();
    Scheduler.Worker worker = scheduler.createWorker();
    worker.schedule(waitingFor(gate, begun));
    worker.schedule(() -> ranInTurn.set(true));
    begun.await();

    Mono<Void> first = scheduler.disposeGracefully();
    Mono<Void> second = scheduler.disposeGracefully();
    assertThat(scheduler.isDisposed()).as("before the subscription").isFalse();
    StepVerifier.create(first).expectTimeout(Duration.ofMillis(50)).verify();
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> scheduler.schedule(() -> {}));
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> worker.schedule(() -> {}));
    gate.set();

    StepVerifier.create(first).expectComplete().verify(PATIENCE);
    StepVerifier.create(second).expectComplete().verify(PATIENCE);
    assertThat(ranInTurn).as("the queued task").isTrue();
  }

  @Test
  void gracefulDisposalDoesNotWaitForDelayedTasks() {
    Disposable later = scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
    Disposable again = scheduler.schedulePeriodically(() -> {}, 1, 1, TimeUnit.HOURS);

    StepVerifier.create(scheduler.disposeGracefully()).expectComplete().verify(PATIENCE);

    assertThat(later.isDisposed()).isTrue();
    assertThat(again.isDisposed()).isTrue();
  }

  @Test
  void disposalDuringAGracefulDisposalCompletesItWhenTheKilledTasksHaveEnded() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    scheduler.schedule(waitingFor(new GreenletEvent("never"), begun));
    begun.await();

    StepVerifier.create(scheduler.disposeGracefully())
        .then(scheduler::dispose)
        .expectComplete()
        .verify(PATIENCE);
  }

  @Test
  void theTasksOfAWorkerRunInOrderAndNeverTwoAtOnce() {
    Scheduler.Worker worker = scheduler.createWorker();
    List<Integer> trail = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      worker.schedule(
          () -> {
            trail.add(number);
            Greenlets.yieldNow(); // lets others of the hub run, but none of this worker
            trail.add(number);
          });
    }

    await().atMost(PATIENCE).until(() -> trail.size() == 200);
    assertThat(trail)
        .containsExactlyElementsOf(IntStream.range(0, 200).map(each -> each / 2).boxed().toList());
  }

  @Test
  void aQueuedTaskThatIsDisposedDoesNotStopTheWorker() throws Exception {
    Scheduler.Worker worker = scheduler.createWorker();
    GreenletEvent gate = new GreenletEvent("gate");
    CountDownLatch begun = new CountDownLatch(1);
    worker.schedule(waitingFor(gate, begun));
    begun.await();
    List<Disposable> queued =
        IntStream.range(0, 20_000).mapToObj(i -> worker.schedule(() -> {})).toList();
    AtomicBoolean last = new AtomicBoolean();
    worker.schedule(() -> last.set(true));
    queued.forEach(Disposable::dispose);
    gate.set();

    await().atMost(PATIENCE).untilTrue(last);
  }

  @Test
  void aFailedTaskIsReportedAndDoesNotStopTheWorker() {
    Scheduler.Worker worker = scheduler.createWorker();
    IllegalStateException failure = new IllegalStateException("task failed");
    worker.schedule(
        () -> {
          throw failure;
        });
    AtomicBoolean next = new AtomicBoolean();
    worker.schedule(() -> next.set(true));

    await().atMost(PATIENCE).untilTrue(next);
    runtime.close(); // when it is too late to observe a failure
    assertThat(uncaught).containsExactly(failure);
  }

  @Test
  void aTaskMayDisposeItself() {
    AtomicBoolean finished = new AtomicBoolean();
    Disposable[] self = new Disposable[1];
    self[0] =
        scheduler.schedule(
            () -> {
              Objects.requireNonNull(self[0]).dispose();
              Greenlets.yieldNow();
              finished.set(true);
            },
            20,
            TimeUnit.MILLISECONDS);

    await().atMost(PATIENCE).untilTrue(finished);
  }

  @Test
  void aClosedRuntimeRejectsTasks() {
    runtime.close();

    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> scheduler.schedule(() -> {}));
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> scheduler.createWorker().schedule(() -> {}, 1, TimeUnit.SECONDS));
  }

  // --- operators --------------------------------------------------------------------------------

  @Test
  void operatorsKeepTheirOrderAndRunOnTheHub() {
    StepVerifier.create(
            Flux.range(0, 1_000)
                .subscribeOn(scheduler)
                .publishOn(scheduler, 16)
                .filter(each -> Greenlets.current().lane() == hub)
                .collectList())
        .expectNext(IntStream.range(0, 1_000).boxed().toList())
        .expectComplete()
        .verify(PATIENCE);
  }

  @Test
  void othersOfTheHubRunWhileAnOperatorBlocks() throws Exception {
    GreenletEvent gate = new GreenletEvent("gate");
    CountDownLatch waiting = new CountDownLatch(10);
    Flux<Integer> numbers =
        Flux.range(0, 10)
            .flatMap(
                each ->
                    Flux.just(each)
                        .publishOn(scheduler)
                        .doOnNext(number -> waitingFor(gate, waiting).run()));
    CountDownLatch done = new CountDownLatch(1);
    numbers.subscribe(number -> {}, failure -> {}, done::countDown);
    waiting.await();
    gate.set();

    done.await();
  }

  @Test
  void timeOperatorsAndCancellationWork() throws Exception {
    StepVerifier.create(Flux.interval(Duration.ofMillis(1), scheduler).take(5))
        .expectNext(0L, 1L, 2L, 3L, 4L)
        .expectComplete()
        .verify(PATIENCE);
    assertThat(runtime.awaitQuiescence(PATIENCE)).isTrue();
  }
}
