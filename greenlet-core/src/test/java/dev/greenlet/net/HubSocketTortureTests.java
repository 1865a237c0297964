package dev.greenlet.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.EachEngine;
import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Lane;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.TestEngine;
import dev.greenlet.testing.net.Fault;
import dev.greenlet.testing.net.FaultyTcpProxy;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many sockets at once, on all lanes, on a network that fails: none hangs, none receives data of
 * another.
 */
@EachEngine
@Timeout(180)
class HubSocketTortureTests {
  private final GreenletRuntime runtime;
  private final HubSocketFactory factory = new HubSocketFactory();
  private EchoServer server;

  HubSocketTortureTests(TestEngine engine) {
    runtime = engine.builder().hubs(2).build();
  }

  @BeforeEach
  void serve() throws IOException {
    server = EchoServer.start();
  }

  @AfterEach
  void close() throws IOException {
    runtime.close();
    server.close();
  }

  private Lane lane(int number) {
    return switch (number % 3) {
      case 0 -> runtime.hubs().getFirst();
      case 1 -> runtime.hubs().getLast();
      default -> runtime.sharedLane();
    };
  }

  private static void exchange(Socket socket, long number) throws IOException {
    new DataOutputStream(socket.getOutputStream()).writeLong(number);
    assertThat(new DataInputStream(socket.getInputStream()).readLong()).isEqualTo(number);
  }

  @Test
  void aThousandConnectionsShareAHub() throws Exception {
    int connections = 1_000;
    CountDownLatch allConnected = new CountDownLatch(connections);
    AtomicBoolean over = new AtomicBoolean();
    SpawnOptions onHub = SpawnOptions.defaults().on(lane(0));
    List<GreenletTask<Boolean>> clients = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      long id = i;
      clients.add(
          runtime.spawn(
              onHub,
              () -> {
                try (Socket socket =
                    factory.createSocket(
                        server.address().getAddress(), server.address().getPort())) {
                  allConnected.countDown();
                  for (int round = 0; round < 5; round++) {
                    exchange(socket, id << 32 | round);
                  }
                }
                return true;
              }));
    }
    GreenletTask<Integer> other =
        runtime.spawn(
            onHub,
            () -> {
              int turns = 0;
              while (!over.get()) {
                Greenlets.yieldNow();
                turns++;
              }
              return turns;
            });
    for (GreenletTask<Boolean> client : clients) {
      assertThat(client.get(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(allConnected.getCount()).isZero();
    over.set(true);
    assertThat(other.get()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void onAFailingNetworkNoSocketHangsOrReceivesDataOfAnother(long seed) throws Exception {
    Random random = new Random(seed);
    try (FaultyTcpProxy proxy = FaultyTcpProxy.to(server.address())) {
      AtomicBoolean over = new AtomicBoolean();
      List<GreenletTask<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        Random own = new Random(random.nextLong());
        clients.add(
            runtime.spawn(SpawnOptions.defaults().on(lane(i)), () -> converse(proxy, own, over)));
      }
      for (int i = 0; i < 40; i++) {
        proxy.requests(someFault(random)).answers(someFault(random));
        if (random.nextInt(4) == 0) {
          proxy.resetAll();
        }
        if (random.nextInt(3) == 0) {
          proxy.heal();
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(20)); // how long each fault is in force
      }
      over.set(true);
      proxy.heal();
      proxy.resetAll();
      for (GreenletTask<Integer> client : clients) {
        assertThat(client.get(60, TimeUnit.SECONDS)).as("seed %d", seed).isNotNegative();
      }
    }
  }

  /** Talks, moves, and connects anew after each failure. Returns how many exchanges succeeded. */
  private int converse(FaultyTcpProxy proxy, Random random, AtomicBoolean over) {
    int done = 0;
    while (!over.get()) {
      try (Socket socket = factory.createSocket()) {
        socket.connect(proxy.address(), 2_000);
        socket.setSoTimeout(1 + random.nextInt(60));
        while (!over.get()) {
          exchange(socket, random.nextLong());
          done++;
          if (random.nextInt(4) == 0) {
            Greenlets.moveTo(lane(random.nextInt(3)));
          }
        }
      } catch (IOException failedProperly) {
        Greenlets.yieldNow();
      }
    }
    return done;
  }

  private static Fault someFault(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> new Fault.ByteByByte();
      case 1 -> new Fault.Delay(Duration.ofMillis(random.nextInt(10)));
      case 2 -> new Fault.Stall();
      case 3 -> new Fault.Vanish();
      case 4 -> new Fault.ResetAfter(random.nextInt(100));
      case 5 -> new Fault.EndAfter(random.nextInt(100));
      default -> new Fault.None();
    };
  }

  @Test
  void aCloseAtAnyMomentEndsTheRead() throws Exception {
    Random random = new Random(11);
    for (int batch = 0; batch < 20; batch++) {
      List<GreenletTask<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        Socket socket = factory.createSocket();
        socket.connect(server.address());
        int spins = random.nextInt(2_000);
        all.add(
            runtime.spawn(
                SpawnOptions.defaults().on(lane(random.nextInt(3))),
                () -> socket.getInputStream().read() >= 0));
        all.add(
            runtime.spawn(
                SpawnOptions.defaults().on(lane(random.nextInt(3))),
                () -> {
                  for (int spin = 0; spin < spins; spin++) {
                    Thread.onSpinWait();
                  }
                  socket.close();
                  return false;
                }));
      }
      for (GreenletTask<Boolean> each : all) {
        assertThat(each.join(Duration.ofSeconds(60)))
            .isInstanceOfAny(Outcome.Returned.class, Outcome.Failed.class);
      }
    }
  }

  @Test
  void concurrentReadersReadEachByteOnce() throws Exception {
    try (Socket socket = factory.createSocket()) {
      socket.connect(server.address());
      List<GreenletTask<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        readers.add(
            runtime.spawn(
                SpawnOptions.defaults().on(lane(i)), () -> socket.getInputStream().read()));
      }
      byte[] all = new byte[200];
      for (int i = 0; i < all.length; i++) {
        all[i] = (byte) i;
      }
      socket.getOutputStream().write(all);
      List<Integer> read = new ArrayList<>();
      for (GreenletTask<Integer> reader : readers) {
        read.add(reader.get(60, TimeUnit.SECONDS));
      }
      assertThat(read).doesNotHaveDuplicates().hasSize(200).allMatch(b -> b >= 0 && b < 200);
    }
  }
}
