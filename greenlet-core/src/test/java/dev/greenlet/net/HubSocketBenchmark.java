package dev.greenlet.net;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.SpawnOptions;
import dev.greenlet.engine.EngineChoice;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;

/**
 * Question and answer on many connections at once, by the kind of caller, in interleaved rounds.
 * Not a test: run its {@code main} with the number of rounds, connections, and exchanges of each,
 * and one of the ways if it is only about that.
 */
final class HubSocketBenchmark {
  private static final byte[] QUESTION = new byte[64];

  /** The kind of caller, and its sockets. */
  private enum Way {
    HUB_SOCKETS_ON_A_HUB,
    JDK_SOCKETS_ON_A_HUB,
    HUB_SOCKETS_ON_THE_SHARED_LANE,
    JDK_SOCKETS_ON_THE_SHARED_LANE,
    HUB_SOCKETS_ON_A_PORTABLE_HUB,
    JDK_SOCKETS_ON_PLATFORM_THREADS
  }

  private final int connections;
  private final int exchanges;
  private final InetSocketAddress server;

  private HubSocketBenchmark(int connections, int exchanges, InetSocketAddress server) {
    this.connections = connections;
    this.exchanges = exchanges;
    this.server = server;
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    try (EchoServer server = EchoServer.start()) {
      HubSocketBenchmark benchmark =
          new HubSocketBenchmark(
              Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), server.address());
      Way[] ways = arguments.length > 3 ? new Way[] {Way.valueOf(arguments[3])} : Way.values();
      Map<Way, double[]> perSecond = new EnumMap<>(Way.class);
      Map<Way, double[]> cpuMicros = new EnumMap<>(Way.class);
      for (int round = -1; round < rounds; round++) { // the first one warms up
        for (Way way : ways) {
          Duration before = cpu();
          double result = benchmark.run(way);
          if (round >= 0) {
            perSecond.computeIfAbsent(way, each -> new double[rounds])[round] = result;
            cpuMicros.computeIfAbsent(way, each -> new double[rounds])[round] =
                cpu().minus(before).toNanos() / 1e3 / benchmark.total();
          }
        }
      }
      report("exchanges per second", perSecond);
      report("us of processor per exchange, the server's included", cpuMicros);
    }
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }

  private long total() {
    return (long) connections * exchanges;
  }

  private static void report(String what, Map<Way, double[]> results) {
    System.out.println(what);
    results.forEach(
        (way, own) -> report(way, own, results.getOrDefault(Way.JDK_SOCKETS_ON_A_HUB, own)));
  }

  private static void report(Way way, double[] results, double[] base) {
    double[] ratios = new double[results.length];
    Arrays.setAll(ratios, i -> results[i] / base[i]);
    double[] sorted = results.clone();
    Arrays.sort(sorted);
    Arrays.sort(ratios);
    System.out.printf(
        "%-32s median %8.1f (%.1f-%.1f), to JDK sockets on a hub: median %.2f (%.2f-%.2f)%n",
        way,
        sorted[sorted.length / 2],
        sorted[0],
        sorted[sorted.length - 1],
        ratios[ratios.length / 2],
        ratios[0],
        ratios[ratios.length - 1]);
  }

  private double run(Way way) throws Exception {
    return switch (way) {
      case HUB_SOCKETS_ON_A_HUB -> onLane(EngineChoice.NATIVE, true, new HubSocketFactory());
      case JDK_SOCKETS_ON_A_HUB -> onLane(EngineChoice.NATIVE, true, SocketFactory.getDefault());
      case HUB_SOCKETS_ON_THE_SHARED_LANE ->
          onLane(EngineChoice.NATIVE, false, new HubSocketFactory());
      case JDK_SOCKETS_ON_THE_SHARED_LANE ->
          onLane(EngineChoice.NATIVE, false, SocketFactory.getDefault());
      case HUB_SOCKETS_ON_A_PORTABLE_HUB ->
          onLane(EngineChoice.PORTABLE, true, new HubSocketFactory());
      case JDK_SOCKETS_ON_PLATFORM_THREADS ->
          measure(SocketFactory.getDefault(), client -> Thread.ofPlatform().daemon().start(client));
    };
  }

  private double onLane(EngineChoice engine, boolean hub, SocketFactory sockets) throws Exception {
    try (GreenletRuntime runtime = GreenletRuntime.builder().engine(engine).build()) {
      SpawnOptions options =
          SpawnOptions.defaults().on(hub ? runtime.hubs().getFirst() : runtime.sharedLane());
      return measure(
          sockets,
          client ->
              runtime.spawn(
                  options,
                  () -> {
                    client.run();
                    return true;
                  }));
    }
  }

  /** How a client is started. */
  @FunctionalInterface
  private interface Start {
    void start(Runnable client);
  }

  private double measure(SocketFactory sockets, Start how) throws Exception {
    CountDownLatch done = new CountDownLatch(connections);
    Socket[] all = new Socket[connections];
    for (int i = 0; i < connections; i++) {
      all[i] = sockets.createSocket(server.getAddress(), server.getPort());
      all[i].setTcpNoDelay(true);
    }
    long start = System.nanoTime();
    for (Socket socket : all) {
      how.start(
          () -> {
            talk(socket);
            done.countDown();
          });
    }
    if (!done.await(120, TimeUnit.SECONDS)) {
      throw new IllegalStateException(done.getCount() + " clients have not come to an end");
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    for (Socket socket : all) {
      socket.close();
    }
    return total() / seconds;
  }

  private void talk(Socket socket) {
    try {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      byte[] answer = new byte[QUESTION.length];
      for (int i = 0; i < exchanges; i++) {
        out.write(QUESTION);
        if (in.readNBytes(answer, 0, answer.length) != answer.length) {
          throw new IllegalStateException("the answer is cut short");
        }
      }
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
