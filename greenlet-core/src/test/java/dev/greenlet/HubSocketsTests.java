package dev.greenlet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.net.HubSocket;
import dev.greenlet.net.HubSocketFactory;
import dev.greenlet.testing.net.FullBacklog;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What hub sockets are for, beyond what every socket promises. */
@EachEngine
@Timeout(120)
class HubSocketsTests {
  private static final Duration SOON = Duration.ofMillis(50);

  private final GreenletRuntime runtime;
  private final Hub hub;
  private final Hub otherHub;
  private ServerSocket listener;
  private Socket socket;
  private Socket peer;

  HubSocketsTests(TestEngine engine) {
    runtime = engine.builder().hubs(2).build();
    hub = runtime.hubs().getFirst();
    otherHub = runtime.hubs().getLast();
  }

  @BeforeEach
  void connect() throws Exception {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    socket =
        on(
                hub,
                () ->
                    new HubSocketFactory()
                        .createSocket(listener.getInetAddress(), listener.getLocalPort()))
            .get();
    peer = listener.accept();
    peer.setSoTimeout(30_000);
  }

  @AfterEach
  void close() throws IOException {
    runtime.close();
    socket.close();
    peer.close();
    listener.close();
  }

  private <T extends @Nullable Object> GreenletTask<T> on(Lane lane, Callable<T> body) {
    return runtime.spawn(SpawnOptions.defaults().on(lane), body);
  }

  @Test
  void sleepsAreNotRoundedUpToMilliseconds() throws Exception {
    reader(hub); // from now on the hub sleeps in a selector
    GreenletTask<List<Duration>> sleeper =
        on(
            hub,
            () -> {
              List<Duration> slept = new ArrayList<>();
              for (int i = 0; i < 200; i++) {
                long start = System.nanoTime();
                Greenlets.sleep(Duration.ofNanos(100_000));
                slept.add(Duration.ofNanos(System.nanoTime() - start));
              }
              return slept.stream().sorted().toList();
            });
    List<Duration> slept = sleeper.get();
    assertThat(slept.getFirst()).isGreaterThanOrEqualTo(Duration.ofNanos(100_000));
    assertThat(slept.get(20)).as("of 200, on a busy machine").isLessThan(Duration.ofNanos(900_000));
  }

  @Test
  void aReaderWakesBesideAGreenletThatSleepsForLessThanAMillisecond() throws Exception {
    GreenletTask<Integer> reader = reader(hub);
    GreenletTask<Boolean> sleeper =
        on(
            hub,
            () -> {
              while (!reader.isDone()) {
                Greenlets.sleep(Duration.ofNanos(300_000));
              }
              return true;
            });
    peer.getOutputStream().write(7);
    assertThat(reader.get()).isEqualTo(7);
    assertThat(sleeper.get()).isTrue();
  }

  private GreenletTask<Integer> reader(Lane lane) {
    GreenletTask<Integer> reader = on(lane, () -> socket.getInputStream().read());
    awaitParked(reader);
    return reader;
  }

  private static void awaitParked(GreenletTask<?> task) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(30))
        .until(() -> task.greenletState() == GreenletState.PARKED && task.waitingOn() != null);
  }

  private void answer(int b) throws IOException {
    peer.getOutputStream().write(b);
  }

  // --- waits ------------------------------------------------------------------------------------

  @Test
  void whileOneWaitsTheOthersOfItsHubRun() throws Exception {
    GreenletTask<Integer> reader = reader(hub);
    assertThat(on(hub, () -> "runs").get()).isEqualTo("runs");
    assertThat(reader.isDone()).isFalse();
    answer(7);
    assertThat(reader.get()).isEqualTo(7);
  }

  @Test
  void theTreeShowsWhichPeerIsWaitedFor() throws Exception {
    GreenletTask<Integer> reader = reader(hub);
    assertThat(reader.waitingOn())
        .isEqualTo(
            new WaitReason(
                WaitReason.SOCKET,
                listener.getInetAddress().getHostName() + ":" + listener.getLocalPort()));
    answer(1);
    reader.get();
  }

  @Test
  void insideAnOpenSwitchPointTheTreeShowsThat() throws Exception {
    WaitReason query = new WaitReason(WaitReason.JDBC, "select ?");
    GreenletTask<Integer> reader =
        on(hub, () -> SwitchPoint.call(query, () -> socket.getInputStream().read()));
    awaitParked(reader);
    assertThat(reader.waitingOn()).isEqualTo(query);
    assertThat(on(hub, () -> "runs").get()).isEqualTo("runs");
    assertThat(reader.waitingOn()).isEqualTo(query);
    answer(1);
    assertThat(reader.get()).isEqualTo(1);
  }

  @Test
  void aSocketIsUsedOnSeveralHubsTheSharedLaneAndPlainThreadsInTurn() throws Exception {
    for (int round = 0; round < 50; round++) {
      for (Lane lane : List.of(hub, otherHub, runtime.sharedLane())) {
        GreenletTask<Integer> reader = on(lane, () -> socket.getInputStream().read());
        answer(round);
        assertThat(reader.get()).isEqualTo(round);
      }
      answer(round);
      assertThat(socket.getInputStream().read()).isEqualTo(round);
    }
  }

  @Test
  void aGreenletTakesASocketAlongWhenItMoves() throws Exception {
    GreenletTask<List<Integer>> traveller =
        on(
            hub,
            () -> {
              List<Integer> read = new ArrayList<>();
              for (Lane next : List.of(otherHub, runtime.sharedLane(), hub)) {
                read.add(socket.getInputStream().read());
                Greenlets.moveTo(next);
              }
              read.add(socket.getInputStream().read());
              return read;
            });
    for (int b = 1; b <= 4; b++) {
      awaitParked(traveller);
      answer(b);
    }
    assertThat(traveller.get()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aStuckHubDoesNotHoldUpTheSocketsOfAnother() throws Exception {
    AtomicBoolean release = new AtomicBoolean();
    reader(hub); // so that the hub that gets stuck watches the socket too
    answer(1);
    CountDownLatch stuck = new CountDownLatch(1);
    GreenletTask<Boolean> blocker =
        on(
            hub,
            () -> {
              stuck.countDown();
              while (!release.get()) {
                Thread.onSpinWait();
              }
              return true;
            });
    assertThat(stuck.await(30, TimeUnit.SECONDS)).isTrue();
    try {
      GreenletTask<Integer> reader = reader(otherHub);
      answer(2);
      assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(2);
    } finally {
      release.set(true);
    }
    blocker.get();
  }

  @Test
  void whoIsAlwaysReadyDoesNotStarveWhoWaitsForASocket() throws Exception {
    GreenletTask<Integer> reader = reader(hub);
    List<GreenletTask<Boolean>> busy = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      busy.add(
          on(
              hub,
              () -> {
                while (!reader.isDone()) {
                  Greenlets.yieldNow();
                }
                return true;
              }));
    }
    answer(5);
    for (GreenletTask<Boolean> each : busy) {
      assertThat(each.get(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(reader.get()).isEqualTo(5);
  }

  @Test
  void whoIsIdleAgainAndAgainDoesNotStarveItEither() throws Exception {
    GreenletTask<Integer> reader = reader(hub);
    GreenletTask<Boolean> idler =
        on(
            hub,
            () -> {
              while (!reader.isDone()) {
                Greenlets.idle();
              }
              return true;
            });
    answer(5);
    assertThat(idler.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void timersFireWhileAHubSleepsInItsSelector() throws Exception {
    GreenletTask<Integer> reader = reader(hub);
    assertThat(
            on(
                    hub,
                    () -> {
                      Greenlets.sleep(Duration.ofMillis(20));
                      return "slept";
                    })
                .get(30, TimeUnit.SECONDS))
        .isEqualTo("slept");
    answer(1);
    reader.get();
  }

  @Test
  void whereNothingMayBeGivenUpAWaitIsRefused() throws Exception {
    GreenletTask<Integer> reader =
        on(hub, () -> Greenlets.withoutSwitching(() -> socket.getInputStream().read()));
    assertThatThrownBy(reader::get).hasCauseInstanceOf(UnexpectedSwitchException.class);
    answer(9);
    assertThat(on(hub, () -> socket.getInputStream().read()).get()).isEqualTo(9);
  }

  // --- what ends a wait, and what does not ------------------------------------------------------

  @Test
  void anInterruptEndsNoWaitAndStaysSet() throws Exception {
    GreenletTask<Boolean> reader =
        on(
            hub,
            () -> {
              Thread.currentThread().interrupt();
              int first = socket.getInputStream().read();
              boolean kept = Thread.interrupted();
              return kept && first == 1;
            });
    awaitParked(reader);
    answer(1);
    assertThat(reader.get()).isTrue();
    answer(2);
    assertThat(on(hub, () -> socket.getInputStream().read()).get()).isEqualTo(2);
  }

  @Test
  void aDeadlineEndsAReadThatLosesNothing() throws Exception {
    for (Lane lane : List.of(hub, runtime.sharedLane())) {
      AtomicBoolean cutShort = new AtomicBoolean();
      GreenletTask<Integer> reader =
          on(
              lane,
              () -> {
                assertThatThrownBy(
                        () -> Deadline.within(SOON, () -> socket.getInputStream().read()))
                    .isInstanceOf(TimeoutException.class)
                    .hasCauseInstanceOf(InterruptedIOException.class);
                cutShort.set(true);
                return socket.getInputStream().read();
              });
      Awaitility.await().until(cutShort::get);
      answer(1);
      assertThat(reader.get()).isEqualTo(1);
    }
  }

  private GreenletTask<Integer> reader(Lane lane, Duration limit) {
    return on(lane, () -> Deadline.within(limit, () -> socket.getInputStream().read(), -7));
  }

  @Test
  void aKillEndsAReadAndTheNextReaderGetsTheAnswer() throws Exception {
    GreenletTask<Integer> killed = reader(hub);
    killed.kill("test");
    assertThat(killed.join()).isInstanceOf(Outcome.Killed.class);
    GreenletTask<Integer> next = reader(otherHub);
    answer(3);
    assertThat(next.get()).isEqualTo(3);
  }

  @Test
  void aCallThatDoesNotHaveToWaitGoesThroughAlthoughItsGreenletIsKilled() throws Exception {
    answer(8);
    AtomicReference<Integer> read = new AtomicReference<>();
    GreenletTask<Boolean> killed =
        on(
            hub,
            () -> {
              while (socket.getInputStream().available() == 0) {
                Greenlets.yieldNow();
              }
              Greenlets.shielded(() -> Greenlets.current().kill("test"));
              read.set(socket.getInputStream().read());
              socket.getOutputStream().write(9);
              Greenlets.yieldNow();
              return true;
            });
    assertThat(killed.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(read).hasValue(8);
    assertThat(peer.getInputStream().read()).isEqualTo(9);
  }

  @Test
  void aDeadlineCountsAsDeliveredWhateverBecomesOfTheFailure() throws Exception {
    GreenletTask<Integer> swallows =
        on(
            hub,
            () ->
                Deadline.within(
                    SOON,
                    () -> {
                      try {
                        return socket.getInputStream().read();
                      } catch (IOException cancelled) {
                        return -2;
                      }
                    },
                    -7));
    assertThat(swallows.get()).isEqualTo(-7);
  }

  @Test
  void aReaderThatWaitsForAnotherReaderIsCancelledToo() throws Exception {
    GreenletTask<Integer> first = reader(hub);
    assertThat(reader(hub, SOON).get()).isEqualTo(-7);
    assertThat(reader(otherHub, SOON).get()).isEqualTo(-7);
    GreenletTask<Integer> last = reader(otherHub);
    peer.getOutputStream().write(new byte[] {1, 2});
    assertThat(first.get()).isEqualTo(1);
    assertThat(last.get()).isEqualTo(2);
  }

  @Test
  void aCancelledWriteClosesTheSocketForPartOfItWasSent() throws Exception {
    AtomicReference<InterruptedIOException> failure = new AtomicReference<>();
    GreenletTask<Boolean> writer =
        on(
            hub,
            () -> {
              try {
                socket.getOutputStream().write(new byte[64 << 20]);
              } catch (InterruptedIOException cancelled) {
                failure.set(cancelled);
              }
              return socket.isClosed();
            });
    awaitParked(writer);
    writer.kill("test");
    assertThat(writer.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(socket.isClosed()).isTrue();
    assertThat(failure.get()).hasCauseInstanceOf(GreenletExit.class);
    assertThat(peer.getInputStream().readAllBytes()).hasSize(failure.get().bytesTransferred);
  }

  @Test
  void aCancelledConnectClosesTheSocket() throws Exception {
    try (FullBacklog full = FullBacklog.open();
        HubSocket connecting = new HubSocket()) {
      GreenletTask<Boolean> client =
          on(
              hub,
              () ->
                  Deadline.within(
                      SOON,
                      () -> {
                        connecting.connect(full.address());
                        return true;
                      },
                      false));
      assertThat(client.get()).isFalse();
      assertThat(connecting.isClosed()).isTrue();
    }
  }

  @Test
  void insideOfASwitchPointWithAnActionThatDecides() throws Exception {
    WaitReason query = new WaitReason(WaitReason.JDBC, "select ?");
    GreenletTask<Integer> reader =
        on(
            hub,
            () -> SwitchPoint.call(query, () -> answer(4), () -> socket.getInputStream().read()));
    awaitParked(reader);
    reader.kill("test");
    assertThat(reader.join()).isEqualTo(new Outcome.Returned<>(4));
    answer(5);
    assertThat(on(hub, () -> socket.getInputStream().read()).get())
        .as("the answer of the action was read before")
        .isEqualTo(5);
  }

  @Test
  void insideOfASwitchPointWithoutAnActionAKillEndsTheRead() throws Exception {
    WaitReason query = new WaitReason(WaitReason.JDBC, "select ?");
    GreenletTask<Integer> reader =
        on(hub, () -> SwitchPoint.call(query, () -> socket.getInputStream().read()));
    awaitParked(reader);
    reader.kill("test");
    assertThat(reader.join()).isInstanceOf(Outcome.Killed.class);
    assertThat(on(hub, () -> "runs").get()).isEqualTo("runs");
  }

  @Test
  void whatCleansUpIsNotCancelled() throws Exception {
    AtomicReference<Integer> read = new AtomicReference<>();
    GreenletTask<Boolean> cleansUp =
        on(
            hub,
            () -> {
              try (SwitchPoint _ =
                  SwitchPoint.enterUncancellable(new WaitReason(WaitReason.JDBC, "commit"))) {
                read.set(socket.getInputStream().read());
              }
              return true;
            });
    awaitParked(cleansUp);
    cleansUp.kill("test");
    assertThat(on(hub, () -> "runs").get()).isEqualTo("runs");
    assertThat(cleansUp.isDone()).isFalse();
    answer(6);
    assertThat(cleansUp.join()).isNotNull();
    assertThat(read).hasValue(6);
  }

  @Test
  void aCloseEndsTheWaitOfWhoIsKilled() throws Exception {
    GreenletTask<Integer> reader = reader(hub);
    reader.kill("test");
    socket.close();
    assertThat(reader.join().toString()).isNotEmpty();
    assertThat(reader.isDone()).isTrue();
  }

  @Test
  void theCloseOfTheRuntimeEndsReadsAndDoesNotSpendItsGrace() throws Exception {
    GreenletTask<Integer> reader = reader(hub);
    runtime.close(Duration.ofHours(1));
    assertThat(reader.join()).isInstanceOf(Outcome.Killed.class);
  }

  @Test
  void afterTheEndOfTheRuntimeASocketServesPlainThreads() throws Exception {
    runtime.close();
    answer(6);
    assertThat(socket.getInputStream().read()).isEqualTo(6);
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    socket.close();
                  } catch (IOException failure) {
                    throw new AssertionError(failure);
                  }
                });
    assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    closer.join();
    assertThat(peer.getInputStream().read()).isEqualTo(-1);
  }

  // --- what it costs ----------------------------------------------------------------------------

  @Test
  void anExchangeChangesNoRegistration() throws Exception {
    GreenletTask<Long> client =
        on(
            hub,
            () -> {
              exchange(socket);
              long before = hub.interestChanges();
              for (int i = 0; i < 200; i++) {
                exchange(socket);
              }
              return hub.interestChanges() - before;
            });
    for (int i = 0; i <= 200; i++) {
      int heard = peer.getInputStream().read();
      awaitParked(client); // so that each answer is waited for
      answer(heard);
    }
    assertThat(client.get()).isZero();
  }

  private static void exchange(Socket with) throws IOException {
    with.getOutputStream().write(1);
    assertThat(with.getInputStream().read()).isEqualTo(1);
  }

  @Test
  void howeverLongTheQueueOfThoseWhoseAnswersAreThereTheirInterestStays() throws Exception {
    List<Socket> peers = new ArrayList<>();
    List<GreenletTask<Integer>> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Socket one =
          on(
                  hub,
                  () ->
                      new HubSocketFactory()
                          .createSocket(listener.getInetAddress(), listener.getLocalPort()))
              .get();
      peers.add(listener.accept());
      clients.add(
          on(
              hub,
              () -> {
                try (one) {
                  int read = one.getInputStream().read();
                  spinFor(Duration.ofMillis(2));
                  return read;
                }
              }));
      awaitParked(clients.getLast());
    }
    // A parked greenlet's channel is registered by the loop a moment later.
    Awaitility.await().until(() -> on(hub, hub::interestChanges).get() >= clients.size());
    long before = on(hub, hub::interestChanges).get();
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    GreenletTask<Boolean> blocker =
        on(
            hub,
            () -> {
              busy.countDown();
              while (answered.getCount() > 0) {
                Thread.onSpinWait();
              }
              return true;
            });
    assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
    for (Socket each : peers) {
      each.getOutputStream().write(1);
    }
    answered.countDown();
    blocker.get();
    for (GreenletTask<Integer> client : clients) {
      assertThat(client.get()).isEqualTo(1);
    }
    assertThat(on(hub, hub::interestChanges).get()).isEqualTo(before);
    for (Socket each : peers) {
      each.close();
    }
  }

  private static void spinFor(Duration duration) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < duration.toNanos()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatNobodyWaitsForEndsTheInterestOnceAndIsNotLost() throws Exception {
    GreenletTask<Integer> first = reader(hub);
    answer(1);
    first.get();
    long before = on(hub, hub::interestChanges).get();
    peer.getOutputStream().write("unasked".getBytes(US_ASCII));
    Awaitility.await().until(() -> on(hub, hub::interestChanges).get() == before + 1);
    assertThat(on(hub, () -> new String(socket.getInputStream().readNBytes(7), US_ASCII)).get())
        .isEqualTo("unasked");
    GreenletTask<Integer> next = reader(hub);
    answer(2);
    assertThat(next.get()).isEqualTo(2);
    assertThat(on(hub, hub::interestChanges).get()).isEqualTo(before + 2);
  }

  @Test
  void descriptorsAreGivenBackSoon() throws Exception {
    GreenletTask<Integer> reader = reader(hub);
    answer(1);
    reader.get();
    on(otherHub, () -> true).get();
    long before = openDescriptors();
    for (int i = 0; i < 100; i++) {
      Lane lane = i % 2 == 0 ? hub : otherHub;
      Socket one =
          on(
                  lane,
                  () ->
                      new HubSocketFactory()
                          .createSocket(listener.getInetAddress(), listener.getLocalPort()))
              .get();
      try (Socket its = listener.accept()) {
        GreenletTask<Integer> its1 = on(lane, () -> one.getInputStream().read());
        its.getOutputStream().write(1);
        its1.get();
        one.close(); // elsewhere than where it was used
      }
    }
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> openDescriptors() <= before + 10);
  }

  private static long openDescriptors() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/dev/fd"))) {
      return descriptors.count();
    }
  }
}
