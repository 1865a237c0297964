package dev.greenlet.fiber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Hub;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Facts of JDK 25 that the native engine respects; each test fails without its counter-measure. */
@Timeout(60)
class JdkFactsTests {
  private final GreenletRuntime runtime =
      GreenletRuntime.builder().name("facts").engine(EngineChoice.NATIVE).hubs(2).build();
  private final Hub hub = runtime.hubs().getFirst();

  @AfterEach
  void stop() {
    runtime.close();
  }

  @Test
  @DisplayName("fact 1: a hop from the shared lane arrives on the carrier of the hub, every time")
  void aHopFromTheSharedLaneArrivesOnTheCarrierOfTheHub() throws Exception {
    GreenletTask<Integer> hopper =
        runtime.spawn(
            SpawnOptions.named("hopper"),
            () -> {
              int arrived = 0;
              for (int hop = 0; hop < 2_000; hop++) {
                Greenlets.moveTo(hub);
                arrived += carrierOf(Thread.currentThread()).equals(hub.name()) ? 1 : 0;
                Greenlets.moveTo(runtime.sharedLane());
              }
              return arrived;
            });

    assertThat(hopper.get()).isEqualTo(2_000);
  }

  @Test
  @DisplayName("fact 1: no carrier is one of the JDK's own")
  void noCarrierIsOneOfTheJdks() throws Exception {
    GreenletTask<String> shared =
        runtime.spawn(SpawnOptions.named("s"), () -> carrierOf(Thread.currentThread()));

    assertThat(shared.get()).startsWith(runtime.sharedLane().name());
  }

  @Test
  @DisplayName("fact 3: a virtual thread started in a greenlet does not run on its hub")
  void aVirtualThreadStartedInAGreenletDoesNotRunOnItsHub() throws Exception {
    AtomicReference<String> carrier = new AtomicReference<>("");
    GreenletTask<Boolean> starter =
        onHub(
            "starter",
            () -> {
              Thread.ofVirtual().start(() -> carrier.set(carrierOf(Thread.currentThread())));
              return spinUntil(() -> !carrier.get().isEmpty()); // the hub is ours meanwhile
            });

    assertThat(starter.get()).isTrue();
    assertThat(carrier.get()).startsWith(runtime.sharedLane().name());
  }

  @Test
  @DisplayName("fact 4: sampling a queued greenlet neither runs it twice nor counts a slice")
  void samplingAQueuedGreenletCountsNoSlice() throws Exception {
    AtomicBoolean sampled = new AtomicBoolean();
    AtomicReference<Thread> thread = new AtomicReference<>();
    AtomicBoolean go = new AtomicBoolean();
    List<GreenletTask<Boolean>> both =
        onHub(
                "spawner", // of both before either runs
                () ->
                    List.of(
                        Greenlets.<Boolean>spawn(
                            () -> {
                              thread.set(Thread.currentThread());
                              Greenlets.yieldNow();
                              return spinUntil(go::get);
                            }),
                        Greenlets.<Boolean>spawn(() -> spinUntil(sampled::get))))
            .get();
    GreenletTask<Boolean> queued = both.get(0);
    GreenletTask<Boolean> busy = both.get(1);
    await().until(() -> busy.greenletState() == GreenletState.RUNNING);

    assertThat(queued.greenletState()).isEqualTo(GreenletState.READY);
    assertThat(queued.stackTrace()).isEmpty(); // we do not sample it
    for (int sample = 0; sample < 100; sample++) {
      thread.get().getStackTrace(); // but others may
    }
    long switchesBefore = hub.switches();
    sampled.set(true);
    await().until(() -> queued.greenletState() == GreenletState.RUNNING);
    go.set(true);

    assertThat(queued.get()).isTrue();
    assertThat(queued.switches()).isEqualTo(2);
    await().until(() -> hub.state() == Hub.State.IDLE);
    assertThat(hub.switches() - switchesBefore).isLessThanOrEqualTo(2);
  }

  @Test
  @DisplayName("fact 5 and 10: waking a greenlet never throws, also after its hub has ended")
  void wakingAGreenletNeverThrowsAlsoAfterItsHubHasEnded() throws Exception {
    AtomicReference<Thread> thread = new AtomicReference<>();
    AtomicBoolean release = new AtomicBoolean();
    GreenletTask<String> survivor =
        onHub(
            "survivor",
            () -> {
              thread.set(Thread.currentThread());
              while (!release.get()) {
                LockSupport.park(); // the JDK's own wait, which no kill ends
              }
              return "ended";
            });
    await().until(() -> survivor.greenletState() == GreenletState.PARKED);
    runtime.close(Duration.ZERO);
    await().until(() -> hub.state() == Hub.State.CLOSED);
    release.set(true);
    LockSupport.unpark(thread.get());

    assertThat(survivor.get()).isEqualTo("ended");
  }

  @Test
  @DisplayName("fact 8: a kill leaves the socket that its victim reads open")
  void aKillLeavesTheSocketThatItsVictimReadsOpen() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket peer = server.accept()) {
      AtomicReference<Integer> received = new AtomicReference<>(-1);
      GreenletTask<Integer> reader =
          onHub(
              "reader",
              () -> {
                InputStream in = client.getInputStream();
                received.set(in.read());
                Greenlets.yieldNow(); // the switch point at which the kill arrives
                return 0;
              });
      await().until(() -> reader.greenletState() == GreenletState.PARKED);
      reader.kill("test");
      peer.getOutputStream().write(42);

      assertThat(reader.join()).isInstanceOf(Outcome.Killed.class);
      assertThat(received.get()).isEqualTo(42);
      assertThat(client.isClosed()).isFalse();
    }
  }

  @Test
  @DisplayName("the JDK's own waits give the hub up: sleep, monitor, lock, latch")
  void theWaitsOfTheJdkGiveTheHubUp() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    Object monitor = new Object();
    AtomicBoolean othersRan = new AtomicBoolean();
    Thread owner =
        Thread.ofPlatform()
            .start(
                () -> {
                  synchronized (monitor) {
                    inside.countDown();
                    spinUntil(othersRan::get);
                  }
                });
    inside.await();
    GreenletTask<Integer> blocked =
        onHub(
            "blocked",
            () -> {
              synchronized (monitor) {
                return 1;
              }
            });
    await().until(() -> blocked.greenletState() == GreenletState.PARKED);
    onHub(
            "other",
            () -> {
              othersRan.set(true);
              return null;
            })
        .join();

    assertThat(blocked.get()).isEqualTo(1);
    owner.join();
  }

  private <T> GreenletTask<T> onHub(String name, java.util.concurrent.Callable<T> body) {
    return runtime.spawn(SpawnOptions.named(name).on(hub), body);
  }

  /** A mounted virtual thread tells its carrier in its description only. */
  private static String carrierOf(Thread virtual) {
    String description = virtual.toString();
    return description.substring(description.indexOf('@') + 1);
  }

  private static boolean spinUntil(BooleanSupplier condition) {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > giveUp) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }
}
