package dev.greenlet.spring.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.lane.LaneGuesses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Measures the effect of guessing the start lane: requests for an empty handler on one hub, with
 * and without it, in alternating rounds. Run by hand:
 *
 * <pre>java --add-opens java.base/java.lang=ALL-UNNAMED … LaneGuessBenchmark [connections] [rounds]
 * </pre>
 */
final class LaneGuessBenchmark {
  private static final Duration ROUND = Duration.ofSeconds(1);

  private LaneGuessBenchmark() {}

  public static void main(String[] args) throws Exception {
    int connections = args.length > 0 ? Integer.parseInt(args[0]) : 16;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 15;
    try (RunningApplication with = application(true);
        RunningApplication without = application(false)) {
      round(with, connections);
      round(without, connections);
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        boolean first = i % 2 == 0; // alternate the order too
        double one = round(first ? with : without, connections);
        double other = round(first ? without : with, connections);
        double ratio = first ? one / other : other / one;
        ratios.add(ratio);
        System.out.printf(
            Locale.ROOT, "%.0f/s, then %.0f/s: with/without %.2f%n", one, other, ratio);
      }
      ratios.sort(null);
      LaneGuesses guesses = with.bean(LaneGuesses.class);
      System.out.printf(
          Locale.ROOT,
          "%d connections, %d rounds: with/without median %.2f, quartiles %.2f to %.2f, %d hits, %d"
              + " misses%n",
          connections,
          rounds,
          ratios.get(rounds / 2),
          ratios.get(rounds / 4),
          ratios.get(rounds * 3 / 4),
          guesses.hits(),
          guesses.misses());
    }
  }

  private static RunningApplication application(boolean guess) {
    return RunningApplication.start(
        guess ? List.of(Empty.class) : List.of(Empty.class, WithoutGuesses.class),
        "greenlet.engine=native",
        "greenlet.hubs=1",
        "server.tomcat.max-keep-alive-requests=-1");
  }

  /** Requests per second. */
  private static double round(RunningApplication application, int connections) throws Exception {
    long begin = System.nanoTime();
    long end = begin + ROUND.toNanos();
    List<Future<Integer>> counts = new ArrayList<>();
    try (var clients = Executors.newFixedThreadPool(connections)) {
      for (int i = 0; i < connections; i++) {
        counts.add(clients.submit(() -> askUntil(end, application.port())));
      }
    }
    double requests = 0;
    for (Future<Integer> count : counts) {
      requests += count.get();
    }
    return requests * 1e9 / (System.nanoTime() - begin);
  }

  private static int askUntil(long end, int port) throws Exception {
    int requests = 0;
    try (KeepAliveClient client = new KeepAliveClient(port)) {
      while (System.nanoTime() < end) {
        client.get("/empty");
        requests++;
      }
    }
    return requests;
  }

  @Configuration(proxyBeanMethods = false)
  static class WithoutGuesses {
    @Bean
    LaneGuesses laneGuesses(GreenletRuntime runtime) {
      return LaneGuesses.of(runtime, false);
    }
  }

  @RestController
  @Greenlet
  static class Empty {
    @GetMapping("/empty")
    public String empty() {
      return "";
    }
  }
}
