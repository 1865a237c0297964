package dev.greenlet.bench.report;

import static dev.greenlet.bench.app.Mode.NATIVE_SPREAD;
import static dev.greenlet.bench.app.Mode.POOL;
import static dev.greenlet.bench.app.Mode.WEBFLUX;
import static dev.greenlet.bench.report.Workload.EMPTY;
import static dev.greenlet.bench.report.Workload.SELECT_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.bench.app.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTests {

  @Test
  void comparesWithThePoolInTheSameRound() {
    Results results = results(100, 50, 200, 150, 400, 100);

    assertThat(results.ratio(EMPTY, NATIVE_SPREAD)).isEqualTo(new Spread(0.5, 0.25, 0.75));
    assertThat(results.ratio(EMPTY, POOL)).isEqualTo(new Spread(1, 1, 1));
  }

  @Test
  void saysWhetherAChangeIsOutsideOfTheSpread() {
    Results before = results(100, 50, 100, 52, 100, 51);

    assertThat(Markdown.comparison(before, results(100, 54, 100, 53, 100, 55)))
        .contains("| empty | native-spread | 0.510 (0.500..0.520) | 0.540 (0.530..0.550) |")
        .contains("| 1.059, **outside** of the spread |");
    assertThat(Markdown.comparison(before, results(100, 54, 100, 51, 100, 52)))
        .contains("| 1.020, within the spread |");
  }

  @Test
  void comparesOnlyWhatBothRunsMeasured() {
    Results results = results(100, 50);
    Results other =
        new Results(
            results.machine(),
            List.of(round(SELECT_1, 1, POOL, 100), round(SELECT_1, 1, WEBFLUX, 100)));

    assertThat(Markdown.comparison(other, results)).doesNotContain("| empty |", "| select-1 |");
  }

  @Test
  void areReadAsTheyWereWritten(@TempDir Path directory) {
    Results results = results(100, 50, 200, 150);
    results.write(directory.resolve("results.json"));

    assertThat(Results.read(directory.resolve("results.json"))).isEqualTo(results);
  }

  @Test
  void showFailedRequests() {
    Results results =
        new Results(
            Machine.look("driver", "settings"),
            List.of(new Round(EMPTY, 1, 1, POOL, new Sample(1, 1, 1, 1, 1, 1, 1, 7))));

    assertThat(results.hasErrors()).isTrue();
    assertThat(Markdown.tables(results)).contains("| pool (7 ERRORS) |");
  }

  /** Rounds of an empty handler: the requests of the pool, and of greenlets, in turn. */
  private static Results results(double... perSecond) {
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < perSecond.length; i += 2) {
      rounds.add(round(EMPTY, i, POOL, perSecond[i]));
      rounds.add(round(EMPTY, i, NATIVE_SPREAD, perSecond[i + 1]));
    }
    return new Results(Machine.look("driver", "settings"), rounds);
  }

  private static Round round(Workload workload, int number, Mode mode, double perSecond) {
    return new Round(workload, 1, number, mode, new Sample(perSecond, 1, 2, 3, 4, 5, 6, 0));
  }
}
