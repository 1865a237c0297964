package dev.greenlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.fiber.Fiber;
import dev.greenlet.sync.GreenletQueue;
import dev.greenlet.testing.Hold;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No wait of a greenlet stops its lane, whatever the greenlet holds meanwhile. */
@EachEngine
class LivenessTests extends HubContract {
  LivenessTests(TestEngine engine) {
    super(engine);
  }

  @ParameterizedTest
  @EnumSource(Hold.Way.class)
  void aWaitForAnElementLetsAnotherGreenletPutIt(Hold.Way way) throws Exception {
    Hold hold = way.create();
    GreenletQueue<String> queue = GreenletQueue.fifo();
    CountDownLatch waits = new CountDownLatch(1);
    List<String> got = new ArrayList<>(); // of the hub's greenlets
    GreenletTask<?> holder =
        go(
            "holder",
            () ->
                hold.in(
                    () -> {
                      waits.countDown();
                      got.add(inside(queue::take));
                    }));
    waits.await();
    List<GreenletTask<?>> contenders = new ArrayList<>();
    for (int i = 0; i < contenders(way); i++) {
      contenders.add(go("contender", () -> hold.in(() -> {})));
    }
    GreenletTask<?> bystander = go("bystander", () -> queue.put("element"));

    assertEnds(bystander);
    assertEnds(holder);
    for (GreenletTask<?> contender : contenders) {
      assertEnds(contender);
    }
    assertThat(got).containsExactly("element");
    await().untilAsserted(() -> assertThat(hub.carriers()).isEqualTo(1));
  }

  @ParameterizedTest
  @EnumSource(Hold.Way.class)
  void aSleepEnds(Hold.Way way) throws Exception {
    Hold hold = way.create();

    assertEnds(go("holder", () -> hold.in(() -> sleep(20))));
  }

  @ParameterizedTest
  @EnumSource(Hold.Way.class)
  void theEndOfAChildOfTheSameHubIsSeen(Hold.Way way) throws Exception {
    Hold hold = way.create();

    assertEnds(
        go("holder", () -> hold.in(() -> inside(() -> Greenlets.spawn(() -> "done").join()))));
  }

  @ParameterizedTest
  @EnumSource(Hold.Way.class)
  void aGreenletHasItsHubToItselfAgainAfterAWaitOfTheLibrary(Hold.Way way) throws Exception {
    Hold hold = way.create();
    Counter counter = new Counter();
    AtomicBoolean over = new AtomicBoolean();
    GreenletTask<?> other =
        go(
            "other",
            () -> {
              while (!over.get()) {
                counter.incrementWithoutLock();
                Greenlets.yieldNow();
              }
            });
    GreenletTask<?> holder =
        go(
            "holder",
            () ->
                hold.in(
                    () -> {
                      for (int i = 0; i < 5; i++) {
                        sleep(20);
                        counter.incrementWithoutLock();
                      }
                    }));
    assertEnds(holder);
    over.set(true);
    assertEnds(other);

    assertThat(counter.overlaps).hasValue(0);
    assertThat(hub.withoutExclusivity()).isZero();
  }

  @Test
  void aWaitOfTheJdkThatKeepsTheHubIsLentAndCounted() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    lock.lock();
    try {
      CountDownLatch asks = new CountDownLatch(1);
      GreenletTask<?> waiting =
          go(
              "waiting",
              () -> {
                asks.countDown();
                lock.lock();
                lock.unlock();
              });
      asks.await();
      assertEnds(go("bystander", () -> {}));
      assertThat(waiting.isDone()).isFalse();
    } finally {
      lock.unlock();
    }
    int times = engine == TestEngine.NATIVE ? 0 : 1; // there, the wait gives up the hub
    await()
        .untilAsserted(
            () -> {
              assertThat(hub.withoutExclusivity()).isEqualTo(times);
              assertThat(hub.lent()).isEqualTo(times);
            });
  }

  @Test
  void aLookAtAnyMomentLosesNoGreenlet() throws Exception {
    GreenletQueue<Integer> to = GreenletQueue.fifo();
    GreenletQueue<Integer> fro = GreenletQueue.fifo();
    int rounds = 3_000;
    List<GreenletTask<?>> greenlets =
        List.of(
            go("ping", () -> pass(rounds, to, fro)),
            go("pong", () -> pass(rounds, fro, to)),
            go("yields", () -> yieldOften(rounds)));
    to.put(0);
    AtomicBoolean over = new AtomicBoolean();
    Thread lender = Thread.ofPlatform().start(() -> lendUntil(over));
    try {
      for (GreenletTask<?> greenlet : greenlets) {
        greenlet.get(30, TimeUnit.SECONDS);
      }
    } finally {
      over.set(true);
      lender.join();
    }
  }

  private static void pass(int rounds, GreenletQueue<Integer> from, GreenletQueue<Integer> to)
      throws InterruptedException {
    for (int i = 0; i < rounds; i++) {
      to.put(from.take());
    }
  }

  private static void yieldOften(int rounds) {
    for (int i = 0; i < rounds; i++) {
      Greenlets.yieldNow();
    }
  }

  /** Does what the monitor does, without its patience. */
  private void lendUntil(AtomicBoolean over) {
    while (!over.get()) {
      Fiber running = hub.running();
      if (running != null) {
        running.lendLane(WaitProbe.of(running.thread(), hub.carrier())::waitsNow);
      }
    }
  }

  @Test
  void aComputationKeepsItsHub() throws Exception {
    CountDownLatch computes = new CountDownLatch(1);
    AtomicBoolean otherRan = new AtomicBoolean();
    GreenletTask<Boolean> computing =
        onHub(
            "computing",
            () -> {
              computes.countDown();
              long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_300);
              while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
              }
              return otherRan.get();
            });
    computes.await();
    GreenletTask<?> other = go("other", () -> otherRan.set(true));

    assertThat(computing.get()).isFalse();
    assertEnds(other);
    assertThat(hub.lent()).isZero();
  }

  @Test
  void computationsLeaveCarriersToTheOthers() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<GreenletTask<?>> computing = new ArrayList<>();
    Callable<String> spin =
        () -> {
          while (!over.get()) {
            Thread.onSpinWait();
          }
          return "done";
        };
    int more = Runtime.getRuntime().availableProcessors() + 1;
    for (int i = 0; i < more; i++) {
      computing.add(runtime.spawn(SpawnOptions.named("computes"), spin));
      computing.add(
          runtime.spawn(SpawnOptions.named("is offloaded"), () -> Greenlets.offload(spin::call)));
    }
    try {
      GreenletTask<String> bystander =
          runtime.spawn(
              SpawnOptions.named("bystander"),
              () -> {
                Greenlets.moveTo(hub);
                return Greenlets.offload(() -> "served");
              });
      assertThat(bystander.get(5, TimeUnit.SECONDS)).isEqualTo("served");
    } finally {
      over.set(true);
    }
    for (GreenletTask<?> each : computing) {
      assertEnds(each);
    }
  }

  @Test
  void aDeclaredReadOfAPipeLetsTheHubRun() throws Exception {
    Process echo = new ProcessBuilder("cat").start();
    try (OutputStream in = echo.getOutputStream();
        InputStream out = new FileInputStream("/proc/" + echo.pid() + "/fd/1")) {
      GreenletTask<?> reader =
          go("reader", () -> SwitchPoint.call(new WaitReason("file", "pipe"), out::read));
      GreenletTask<?> ticker =
          go(
              "ticker",
              () -> {
                for (int ticks = 0; ticks < 20; ticks++) {
                  sleep(1);
                }
              });
      assertEnds(ticker);
      assertThat(reader.isDone()).isFalse();
      in.write('x');
      in.flush();
      assertEnds(reader);
    } finally {
      echo.destroy();
    }
    assertThat(hub.withoutExclusivity()).isZero();
  }

  private static int contenders(Hold.Way way) {
    return way == Hold.Way.NATIVE_FRAME ? 0 : 3;
  }

  private static void assertEnds(GreenletTask<?> greenlet) throws Exception {
    greenlet.get(5, TimeUnit.SECONDS);
  }

  private GreenletTask<?> go(String name, ThrowingRunnable body) {
    return onHub(
        name,
        () -> {
          body.run();
          return "done";
        });
  }

  private static void sleep(long millis) {
    inside(
        () -> {
          Greenlets.sleep(Duration.ofMillis(millis));
          return "slept";
        });
  }

  private static <T> T inside(Callable<T> call) {
    try {
      return call.call();
    } catch (Exception unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }
}
