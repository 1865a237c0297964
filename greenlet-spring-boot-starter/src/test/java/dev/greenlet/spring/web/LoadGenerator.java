package dev.greenlet.spring.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Connections that each ask one thing after the other, in a process of their own: what they cost is
 * not counted as the server's, and shared by all that are compared.
 */
final class LoadGenerator implements AutoCloseable {
  private final Process process;

  LoadGenerator() throws IOException {
    process = OtherJvm.start(LoadGenerator.class);
  }

  /** What one round came to. */
  record Round(double perSecond, Duration median, Duration p99) {}

  Round send(int port, String path, int connections, Duration howLong) throws IOException {
    process
        .outputWriter()
        .append("%d %s %d %d%n".formatted(port, path, connections, howLong.toMillis()))
        .flush();
    String answer = process.inputReader().readLine();
    if (answer == null) {
      throw new IOException("The load could not be sent, see the error above");
    }
    List<Long> figures = Arrays.stream(answer.split(" ")).map(Long::parseLong).toList();
    return new Round(
        figures.get(0) * 1e3 / howLong.toMillis(),
        Duration.ofNanos(figures.get(1)),
        Duration.ofNanos(figures.get(2)));
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }

  /** The process: answers each line "port path connections millis" with a line of figures. */
  public static void main(String[] arguments) throws Exception {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      String[] words = order.split(" ");
      long[] times =
          ask(
              Integer.parseInt(words[0]),
              words[1],
              Integer.parseInt(words[2]),
              Duration.ofMillis(Long.parseLong(words[3])));
      Arrays.sort(times);
      System.out.printf(
          "%d %d %d%n", times.length, times[times.length / 2], times[times.length * 99 / 100]);
    }
  }

  /** The times of all requests that were answered until the end, in nanoseconds. */
  private static long[] ask(int port, String path, int connections, Duration howLong)
      throws Exception {
    List<KeepAliveClient> clients = new ArrayList<>(connections);
    for (int i = 0; i < connections; i++) {
      clients.add(new KeepAliveClient(port));
    }
    long end = System.nanoTime() + howLong.toNanos();
    List<Future<List<Long>>> all = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (KeepAliveClient client : clients) {
        all.add(threads.submit(() -> askUntil(end, client, path)));
      }
    }
    List<Long> times = new ArrayList<>();
    for (Future<List<Long>> each : all) {
      times.addAll(each.get());
    }
    return times.stream().mapToLong(Long::longValue).toArray();
  }

  private static List<Long> askUntil(long end, KeepAliveClient own, String path)
      throws IOException {
    List<Long> times = new ArrayList<>();
    try (KeepAliveClient client = own) {
      for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
        client.get(path);
        long now = System.nanoTime();
        if (now < end) {
          times.add(now - begin);
        }
      }
    }
    return times;
  }
}
