package dev.greenlet.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.greenlet.Deadline;
import dev.greenlet.DeadlockException;
import dev.greenlet.EachEngine;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletRuntimeBuilder;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.Registration;
import dev.greenlet.SpawnOptions;
import dev.greenlet.StuckPolicy;
import dev.greenlet.StuckPolicy.Verdict;
import dev.greenlet.StuckReport;
import dev.greenlet.SwitchPoint;
import dev.greenlet.TestEngine;
import dev.greenlet.WaitReason;
import dev.greenlet.Waiter;
import dev.greenlet.inspect.ForestText;
import dev.greenlet.inspect.GreenletDetail;
import dev.greenlet.inspect.Inspector;
import dev.greenlet.scope.GreenletScope;
import dev.greenlet.testing.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens when nothing in a runtime can run any more. */
@EachEngine
@Timeout(120)
class StuckTests {
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final TestEngine engine;
  private final ManualTime time = new ManualTime();
  private final List<StuckReport> reports = new CopyOnWriteArrayList<>();
  private final GreenletEvent never = new GreenletEvent("never");
  private @Nullable GreenletRuntime runtime;

  StuckTests(TestEngine engine) {
    this.engine = engine;
  }

  private GreenletRuntime start(Verdict verdict) {
    runtime =
        engine
            .builder()
            .hubs(2)
            .time(time)
            .stuckGrace(GRACE)
            .spawnSites(3)
            .onStuck(
                report -> {
                  reports.add(report);
                  return verdict;
                })
            .build();
    return runtime;
  }

  @AfterEach
  void close() {
    if (runtime != null) {
      runtime.close();
    }
  }

  private <T extends @Nullable Object> GreenletTask<T> onHub(
      int number, String name, Callable<? extends T> body) {
    GreenletRuntime here = Objects.requireNonNull(runtime);
    return here.spawn(SpawnOptions.named(name).on(here.hubs().get(number)), body);
  }

  private <T extends @Nullable Object> GreenletTask<T> onHub(
      String name, Callable<? extends T> body) {
    return onHub(0, name, body);
  }

  private boolean waitForEver() throws InterruptedException {
    never.await();
    return true;
  }

  /** Lets graces pass until that many reports are there. */
  private void awaitReports(int number) {
    awaitPassing(() -> reports.size() >= number);
    assertThat(reports).hasSize(number);
  }

  private void awaitPassing(Callable<Boolean> condition) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              time.advance(GRACE);
              return condition.call();
            });
  }

  /** Lets some graces pass, with time for a look after each. */
  private void letGracesPass() {
    AtomicInteger passed = new AtomicInteger();
    awaitPassing(() -> passed.incrementAndGet() == 20);
  }

  private static Throwable failureOf(GreenletTask<?> task) throws InterruptedException {
    return task.join() instanceof Outcome.Failed<?>(Throwable cause)
        ? cause
        : new AssertionError(task + " ended as " + task.outcome());
  }

  @Test
  void twoThatWaitOnEachOthersChannelBothFail() throws Exception {
    Channel<String> ping = Channel.rendezvous("ping");
    Channel<String> pong = Channel.rendezvous("pong");
    start(Verdict.FAIL);
    GreenletTask<?> a = onHub(0, "a", ping::receive);
    GreenletTask<?> b = onHub(1, "b", pong::receive);
    awaitPassing(() -> a.isDone() && b.isDone());

    assertThat(failureOf(a)).isInstanceOf(DeadlockException.class);
    assertThat(failureOf(b))
        .isInstanceOf(DeadlockException.class)
        .message()
        .startsWith("Runtime 'greenlet' is stuck: all 2 greenlets wait without a timeout")
        .contains(
            "\n  greenlet 1 'a' on hub 'greenlet-0' waits for channel 'ping'\n    spawned at ",
            "\n  greenlet 2 'b' on hub 'greenlet-1' waits for channel 'pong'\n    spawned at ",
            "StuckTests.java");
    assertThat(ping.waiters()).isEmpty();
    assertThat(reports).hasSize(1);
  }

  @Test
  void aConsumerWhoseProducerDiedFails() throws Exception {
    GreenletQueue<Integer> queue = GreenletQueue.fifo(10, "jobs");
    start(Verdict.FAIL);
    GreenletTask<?> consumer =
        onHub(
            "consumer",
            () -> {
              int sum = 0;
              while (sum < 100) {
                sum += queue.take();
              }
              return sum;
            });
    GreenletTask<?> producer =
        onHub(
            1,
            "producer",
            () -> {
              queue.put(1);
              throw new IllegalStateException("out of jobs");
            });
    producer.join();
    awaitPassing(consumer::isDone);

    assertThat(failureOf(consumer))
        .isInstanceOf(DeadlockException.class)
        .hasMessageContaining("'consumer' on hub 'greenlet-0' waits for queue 'jobs'");
  }

  @Test
  void aJoinFailsWithTheFailureOfTheJoined() throws Exception {
    start(Verdict.FAIL);
    GreenletTask<String> parent =
        onHub(
            "parent",
            () -> {
              GreenletTask<Boolean> joined = Greenlets.spawn("joined", this::waitForEver);
              try (GreenletScope scope = GreenletScope.collecting()) {
                GreenletTask<Boolean> inScope = scope.spawn(this::waitForEver);
                String first = failureOf(joined).getClass().getSimpleName();
                return first + ", " + failureOf(inScope).getClass().getSimpleName();
              }
            });
    awaitPassing(parent::isDone);

    assertThat(failureOf(parent)).isNotInstanceOf(DeadlockException.class);
    assertThat(reports.getFirst().waits())
        .extracting(StuckReport.Wait::what)
        .contains("event 'never'", "event 'never'");
    assertThat(reports.getFirst().toString())
        .contains("'parent' on hub 'greenlet-0' waits for the end of greenlet 2 'joined', held by");
  }

  @Test
  void whereAllWaitForEachOthersEndsTheYoungestFails() throws Exception {
    start(Verdict.FAIL);
    CompletableFuture<GreenletTask<Object>> second = new CompletableFuture<>();
    GreenletTask<Object> a = onHub("a", () -> awaitEnd(second.join()));
    GreenletTask<Object> b = onHub(1, "b", () -> awaitEnd(a));
    second.complete(b);
    awaitPassing(() -> a.isDone() && b.isDone());

    assertThat(failureOf(b)).isInstanceOf(DeadlockException.class);
    assertThat(a.get()).isEqualTo("woken");
  }

  /** Waits as code outside of the library does, which does not name a holder. */
  private static String awaitEnd(GreenletTask<?> task) throws InterruptedException {
    Waiter waiter = Waiter.ofCurrent();
    try (Registration _ = task.onEnd(waiter::wake)) {
      waiter.await(new WaitReason(WaitReason.JOIN, task.toString()));
    }
    return "woken";
  }

  @Test
  void aLockWhoseHolderHasEndedIsRefused() throws Exception {
    GreenletLock lock = new GreenletLock("seats");
    start(Verdict.WAIT);
    GreenletTask<Boolean> careless =
        onHub(
            "careless",
            () -> {
              lock.lock();
              return never.await(GRACE.multipliedBy(1000));
            });
    awaitPassing(() -> lock.holder() != null);
    GreenletTask<?> waiting = onHub(1, "waiting", () -> lockOf(lock));
    await().until(() -> lock.waiters().size() == 1);
    never.set();
    careless.get();
    awaitPassing(waiting::isDone);
    GreenletTask<?> late = onHub("late", () -> lockOf(lock));

    assertThat(failureOf(waiting))
        .isInstanceOf(DeadlockException.class)
        .hasMessageContaining("held by %s, which has ended".formatted(careless));
    await().until(() -> failureOf(late) instanceof DeadlockException);
    assertThat(failureOf(late).getMessage())
        .startsWith("%s on hub 'greenlet-0' waits for lock 'seats', held by ".formatted(late))
        .endsWith(": give it up in a finally block, or wait with a timeout");
  }

  private static boolean lockOf(GreenletLock lock) {
    lock.lock();
    lock.unlock();
    return true;
  }

  @Test
  void aThreadOutsideMayStillSetTheEventAfterTheReport() throws Exception {
    GreenletRuntime here = start(Verdict.WAIT);
    GreenletTask<Boolean> waiter = onHub("waiter", this::waitForEver);
    awaitReports(1);
    assertThat(new Inspector(here).stuck()).isEqualTo(reports.getFirst());
    letGracesPass();
    assertThat(reports).as("once for each time").hasSize(1);

    never.set(); // by this thread, which is no greenlet

    assertThat(waiter.get()).isTrue();
    assertThat(new Inspector(here).stuck()).isNull();
    never.clear();
    onHub("another", this::waitForEver);
    awaitReports(2);
  }

  /** What keeps a runtime from being stuck. */
  enum Hope {
    RUNS {
      @Override
      void live(CountDownLatch end, CompletableFuture<?> stage, GreenletLock lock) {
        while (end.getCount() > 0) {
          Greenlets.yieldNow();
        }
      }
    },
    SLEEPS {
      @Override
      void live(CountDownLatch end, CompletableFuture<?> stage, GreenletLock lock)
          throws Exception {
        while (end.getCount() > 0) {
          Greenlets.sleep(GRACE.multipliedBy(3));
        }
      }
    },
    HAS_A_DEADLINE {
      @Override
      void live(CountDownLatch end, CompletableFuture<?> stage, GreenletLock lock)
          throws Exception {
        GreenletEvent event = new GreenletEvent("in vain");
        while (end.getCount() > 0) {
          Deadline.within(
              GRACE.multipliedBy(3),
              () -> {
                event.await();
                return true;
              },
              false);
        }
      }
    },
    IS_INSIDE_A_SWITCH_POINT {
      @Override
      void live(CountDownLatch end, CompletableFuture<?> stage, GreenletLock lock)
          throws Exception {
        SwitchPoint.call(
            new WaitReason("http", "GET it"),
            () -> {
              end.await();
              return true;
            });
      }
    },
    WAITS_IN_THE_JDK {
      @Override
      void live(CountDownLatch end, CompletableFuture<?> stage, GreenletLock lock)
          throws Exception {
        end.await();
      }
    },
    WAITS_FOR_A_STAGE {
      @Override
      void live(CountDownLatch end, CompletableFuture<?> stage, GreenletLock lock)
          throws Exception {
        Greenlets.await(stage);
      }
    },
    WAITS_FOR_A_THREADS_LOCK {
      @Override
      void live(CountDownLatch end, CompletableFuture<?> stage, GreenletLock lock) {
        lock.lock();
        lock.unlock();
      }
    };

    abstract void live(CountDownLatch end, CompletableFuture<?> stage, GreenletLock lock)
        throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void thereIsNoAlarmWhileThereIsHope(Hope hope) throws Exception {
    GreenletLock lock = new GreenletLock("a thread's");
    lock.lock(); // by this thread
    CountDownLatch end = new CountDownLatch(1);
    CompletableFuture<Boolean> stage = new CompletableFuture<>();
    start(Verdict.FAIL);
    GreenletTask<?> waiter = onHub("waiter", this::waitForEver);
    GreenletTask<?> hopeful =
        onHub(
            1,
            "hopeful",
            () -> {
              hope.live(end, stage, lock);
              return true;
            });
    letGracesPass();
    assertThat(reports).isEmpty();
    assertThat(waiter.isDone()).isFalse();

    end.countDown();
    stage.complete(true);
    lock.unlock();
    awaitPassing(() -> hopeful.isDone() && waiter.isDone());

    assertThat(failureOf(waiter)).isInstanceOf(DeadlockException.class);
  }

  @Test
  void aDaemonMayWaitForEver() throws Exception {
    GreenletRuntime here = start(Verdict.FAIL);
    GreenletQueue<String> jobs = GreenletQueue.fifo(10, "jobs");
    GreenletTask<String> consumer =
        here.spawn(SpawnOptions.named("consumer").asDaemon(), jobs::take);
    letGracesPass();
    assertThat(reports).isEmpty();

    GreenletTask<?> waiter = onHub("waiter", this::waitForEver);
    awaitPassing(waiter::isDone);
    assertThat(reports.getFirst().waits()).hasSize(2);
    assertThat(consumer.isDone()).as("it was not its fault").isFalse();

    jobs.put("job");
    assertThat(consumer.get()).isEqualTo("job");
  }

  @Test
  void aShieldedWaitIsReportedAndNotEnded() throws Exception {
    start(Verdict.FAIL);
    GreenletTask<Boolean> shielded = onHub("shielded", () -> Greenlets.shielded(this::waitForEver));
    awaitReports(1);
    letGracesPass();
    assertThat(reports).hasSize(1);

    never.set();

    assertThat(shielded.get()).isTrue();
  }

  @Test
  void aPolicyThatFailsItselfLetsThemWait() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    runtime =
        engine
            .builder()
            .time(time)
            .stuckGrace(GRACE)
            .onStuck(
                report -> {
                  asked.countDown();
                  throw new IllegalStateException("cannot decide");
                })
            .build();
    GreenletTask<Boolean> waiter = onHub("waiter", this::waitForEver);
    awaitPassing(() -> asked.getCount() == 0);
    never.set();

    assertThat(waiter.get()).isTrue();
  }

  @Test
  void aSpawnSiteHasNoFramesOfTheLibraryAndEndsAtTheSpawnersBody() throws Exception {
    GreenletRuntime here = start(Verdict.WAIT);
    GreenletTask<GreenletTask<Boolean>> parent =
        onHub("parent", () -> Greenlets.spawn("child", this::waitForEver));
    GreenletTask<Boolean> child = parent.get();

    assertThat(parent.spawnedAt()).isNotEmpty().hasSizeLessThanOrEqualTo(3);
    assertThat(parent.spawnedAt().getFirst().getMethodName()).isEqualTo("onHub");
    assertThat(child.spawnedAt())
        .as("the body of the parent, and nothing of how that was spawned")
        .singleElement()
        .extracting(StackTraceElement::getClassName)
        .isEqualTo(StuckTests.class.getName());
    GreenletDetail detail =
        Objects.requireNonNull(new Inspector(here).find(child.id()), "the child lives");
    assertThat(detail.spawnedAt()).isEqualTo(child.spawnedAt());
    assertThat(ForestText.render(detail))
        .contains("child", "spawned at\n  " + child.spawnedAt().getFirst() + "\n");
  }

  @Test
  void badSettingsAreToldBySubjectValueAndRemedy() {
    GreenletRuntimeBuilder builder = GreenletRuntime.builder();

    assertThatThrownBy(() -> builder.stuckGrace(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'stuckGrace' must be more than zero, was PT0S: a moment without movement proves"
                + " nothing");
    assertThatThrownBy(() -> builder.spawnSites(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'spawnSites' must not be negative, was -1: use 0 for none");
  }

  /**
   * On the machine's own time, with a grace so short that there are looks at every moment: also in
   * between the end of a greenlet and the telling of it, and while items are on their way from hub
   * to hub.
   */
  @Test
  void whatMovesIsNeverCalledStuck() throws Exception {
    runtime =
        engine
            .builder()
            .hubs(2)
            .stuckGrace(Duration.ofNanos(1))
            .onStuck(
                report -> {
                  reports.add(report);
                  return Verdict.FAIL;
                })
            .build();
    Channel<Integer> to = Channel.rendezvous("to");
    Channel<Integer> fro = Channel.rendezvous("fro");
    int rounds = 2_000;
    GreenletTask<List<Boolean>> all =
        onHub(
            "all",
            () ->
                Greenlets.getAll(
                    List.of(
                        onHub(0, "serves", () -> playFirst(rounds, to, fro)),
                        onHub(1, "returns", () -> playSecond(rounds, to, fro)),
                        onHub(0, "parent", () -> hearOfEnds(rounds)))));

    assertThat(all.get()).containsOnly(true);
    assertThat(reports).isEmpty();
  }

  private static boolean playFirst(int rounds, Channel<Integer> to, Channel<Integer> fro)
      throws InterruptedException {
    for (int i = 0; i < rounds; i++) {
      to.send(i);
      assertThat(fro.receive().orThrow()).isEqualTo(i);
    }
    return true;
  }

  private static boolean playSecond(int rounds, Channel<Integer> to, Channel<Integer> fro)
      throws InterruptedException {
    for (int i = 0; i < rounds; i++) {
      fro.send(to.receive().orThrow());
    }
    return true;
  }

  private static boolean hearOfEnds(int rounds) throws InterruptedException {
    for (int i = 0; i < rounds; i++) {
      GreenletEvent notified = new GreenletEvent("notified");
      Greenlets.spawn("child", () -> "ended").onEnd(notified::set);
      notified.await();
    }
    return true;
  }

  @Test
  void loggingIsWhatIsDoneUnlessToldOtherwise() {
    StuckReport report = new StuckReport("it", List.of());

    assertThat(StuckPolicy.logging().stuck(report)).isEqualTo(Verdict.WAIT);
    assertThat(StuckPolicy.failing().stuck(report)).isEqualTo(Verdict.FAIL);
  }
}
