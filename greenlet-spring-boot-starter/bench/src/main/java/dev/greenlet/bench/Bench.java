package dev.greenlet.bench;

import dev.greenlet.bench.load.Driver;
import dev.greenlet.bench.report.Contender;
import dev.greenlet.bench.report.Machine;
import dev.greenlet.bench.report.Markdown;
import dev.greenlet.bench.report.Results;
import dev.greenlet.bench.report.Round;
import dev.greenlet.bench.report.Sample;
import dev.greenlet.bench.report.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Measures each mode in a JVM of its own, in rounds in which the modes take turns, so that what
 * disturbs the machine for longer than a round disturbs all modes alike.
 */
public final class Bench {
  private final Settings settings;
  private final Driver driver;
  private final Backends backends;
  private final List<Round> rounds = new ArrayList<>();

  private Bench(Settings settings, Driver driver, Backends backends) {
    this.settings = settings;
    this.driver = driver;
    this.backends = backends;
  }

  /** Runs what the system properties {@code bench.*} ask for; see {@code docs/benchmarks.md}. */
  public static void main(String[] arguments) throws IOException {
    Settings settings = Settings.from(new Properties(System::getProperty));
    Results results = run(settings);
    String text = Markdown.tables(results) + Markdown.comparison(results);
    Path markdown = settings.directory().resolve("results.md");
    Files.writeString(markdown, text);
    System.out.printf("%n%s%nAlso in %s, with every round in results.json%n", text, markdown);
    if (results.hasErrors()) {
      System.out.println(
          "Requests have failed, or none was answered in a window: these figures say nothing");
      System.exit(1);
    }
  }

  /** Measures, and writes the results. */
  static Results run(Settings settings) throws IOException {
    Files.createDirectories(settings.directory());
    try (Driver driver = Driver.choose(settings.driver(), settings.logs());
        Backends backends = Backends.start(settings)) {
      Machine machine = Machine.look(driver.describe(), settings.describe());
      System.out.println(machine);
      Bench bench = new Bench(settings, driver, backends);
      for (Workload workload : settings.workloads()) {
        for (int fork = 1; fork <= settings.forks(); fork++) {
          bench.measure(workload, fork);
        }
      }
      Results results = new Results(machine, List.copyOf(bench.rounds));
      results.write(settings.directory().resolve("results.json"));
      return results;
    }
  }

  private void measure(Workload workload, int fork) {
    List<Server> servers = new ArrayList<>();
    try {
      for (Contender contender : settings.contenders()) {
        servers.add(Server.start(contender, workload, backends, settings));
      }
      servers.forEach(Server::awaitStart);
      for (Server server : servers) {
        boolean warm = server.warmUp(driver, settings.warmUp());
        say(
            "%s, fork %d: %s is %s",
            workload.id(),
            fork,
            server.contender().id(),
            warm ? "warm" : "not warm yet, and is measured all the same");
      }
      List<Server> turns = new ArrayList<>(servers);
      for (int number = 1; number <= settings.rounds(); number++) {
        for (Server server : number % 2 == 0 ? turns.reversed() : turns) {
          Sample sample = server.measure(driver, settings.lead(), settings.window());
          rounds.add(new Round(workload, fork, number, server.contender(), sample));
          say(
              "%s, fork %d, round %d: %s %,.0f/s",
              workload.id(), fork, number, server.contender().id(), sample.perSecond());
        }
        Collections.rotate(turns, 1);
      }
    } finally {
      servers.forEach(Server::close);
    }
  }

  private static void say(String text, Object... figures) {
    System.out.printf(Locale.ROOT, text + "%n", figures);
  }
}
