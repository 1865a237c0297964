package dev.greenlet.spring.web;

import dev.greenlet.spring.Greenlet;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a wait costs, and a fair line before the pool is worth: {@code select 1} by Tomcat's
 * threads, by the JDK's virtual threads and by greenlets of one hub, in rounds that take turns. Run
 * by hand:
 *
 * <pre>java --add-opens java.base/java.lang=ALL-UNNAMED … DatabaseBoundBenchmark [connections]
 * [rounds] [seconds]</pre>
 */
final class DatabaseBoundBenchmark {
  private static final String POOL_SIZE = "16";

  private DatabaseBoundBenchmark() {}

  /** What is compared. */
  enum Contender {
    THREADS("greenlet.enabled=false"),
    VIRTUAL_THREADS("greenlet.enabled=false", "spring.threads.virtual.enabled=true"),
    GREENLETS,
    GREENLETS_ON_JDK_SOCKETS("greenlet.jdbc.sockets=false"),
    GREENLETS_WITHOUT_GATE("greenlet.jdbc.gate=false"),
    PORTABLE_GREENLETS("greenlet.engine=portable");

    private final List<String> properties;

    Contender(String... properties) {
      this.properties = List.of(properties);
    }

    RunningApplication start() {
      return RunningApplication.start(
          List.of(SelectOne.class),
          Stream.concat(
                  Stream.of(
                      "greenlet.hubs=1",
                      "spring.datasource.hikari.maximum-pool-size=" + POOL_SIZE,
                      "server.tomcat.max-keep-alive-requests=-1"),
                  properties.stream())
              .toArray(String[]::new));
    }
  }

  /** One contender, and what its rounds came to. */
  private record Entrant(
      Contender contender, RunningApplication application, List<LoadGenerator.Round> rounds) {

    static Entrant enter(Contender contender) {
      return new Entrant(contender, contender.start(), new ArrayList<>());
    }

    LoadGenerator.Round play(LoadGenerator load, int connections, Duration time)
        throws IOException {
      return load.send(application.port(), "/select", connections, time);
    }
  }

  public static void main(String[] args) throws Exception {
    int connections = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
    Duration time = Duration.ofSeconds(args.length > 2 ? Integer.parseInt(args[2]) : 5);
    List<Entrant> entrants = Stream.of(Contender.values()).map(Entrant::enter).toList();
    try (LoadGenerator load = new LoadGenerator()) {
      for (Entrant entrant : entrants) {
        entrant.play(load, connections, time); // to warm it up
      }
      List<Entrant> turns = new ArrayList<>(entrants);
      for (int i = 0; i < rounds; i++) {
        for (Entrant entrant : turns) {
          entrant.rounds().add(entrant.play(load, connections, time));
        }
        Collections.rotate(turns, 1); // who goes first takes turns too
      }
    } finally {
      entrants.forEach(entrant -> entrant.application().close());
    }
    System.out.printf("%d connections, %d rounds of %s%n", connections, rounds, time);
    entrants.forEach(entrant -> print(entrant, entrants.getFirst()));
  }

  private static void print(Entrant entrant, Entrant threads) {
    List<LoadGenerator.Round> own = entrant.rounds();
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      ratios.add(own.get(i).perSecond() / threads.rounds().get(i).perSecond());
    }
    ratios.sort(null);
    System.out.printf(
        Locale.ROOT,
        "%-26s %6.0f/s, median %4d ms, p99 %4d ms; to threads %.2f (%.2f to %.2f)%n",
        entrant.contender(),
        median(own.stream().map(LoadGenerator.Round::perSecond)),
        median(own.stream().map(LoadGenerator.Round::median)).toMillis(),
        median(own.stream().map(LoadGenerator.Round::p99)).toMillis(),
        ratios.get(ratios.size() / 2),
        ratios.getFirst(),
        ratios.getLast());
  }

  private static <T extends Comparable<T>> T median(Stream<T> figures) {
    List<T> sorted = figures.sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  @RestController
  @Greenlet
  static class SelectOne {
    private final JdbcTemplate jdbc;

    SelectOne(JdbcTemplate jdbc) {
      this.jdbc = jdbc;
    }

    @GetMapping("/select")
    public @Nullable Integer one() {
      return jdbc.queryForObject("select 1", Integer.class);
    }
  }
}
