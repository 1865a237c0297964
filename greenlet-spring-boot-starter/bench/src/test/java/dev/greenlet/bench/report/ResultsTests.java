package dev.greenlet.bench.report;

import static dev.greenlet.bench.report.Workload.EMPTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.greenlet.bench.app.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResultsTests {
  private static final Contender POOL = new Contender(Mode.POOL, Build.NOW);
  private static final Contender SPREAD = new Contender(Mode.NATIVE_SPREAD, Build.NOW);

  private final List<Round> rounds = new ArrayList<>();

  @Test
  void compareWithThePoolInTheSameRound() {
    round(1, 1, POOL, 100, SPREAD, 50);
    round(1, 2, POOL, 200, SPREAD, 150);
    round(1, 3, POOL, 400, SPREAD, 100);

    assertThat(results().ratios(EMPTY, SPREAD, POOL, Sample::perSecond).ofRounds())
        .isEqualTo(new Spread(0.5, 0.25, 0.75));
  }

  @Test
  void compareTheBuildsRoundByRoundAndForkByFork() {
    for (int round = 1; round <= 25; round++) {
      double machine = round % 5 == 0 ? 0.5 : 1; // which hits both alike
      round(1, round, SPREAD, 103 * machine, SPREAD.before(), 100 * machine);
      round(2, round, SPREAD, 101 * machine, SPREAD.before(), 100 * machine);
    }

    assertThat(Markdown.comparison(results()))
        .contains(
            "| empty | native-spread | 1.020 (1.010..1.030) | 1.020 (1.010..1.030) |"
                + " 1.000 (1.000..1.000) | 1.000 (1.000..1.000) |");
  }

  @Test
  void compareNoBuildsWhereThereIsOne() {
    round(1, 1, POOL, 100, SPREAD, 50);

    assertThat(Markdown.comparison(results())).isEmpty();
  }

  @Test
  void showTheIntervalOfTheMedian() {
    Spread hundred = Spread.ofMedian(IntStream.rangeClosed(1, 100).mapToObj(i -> i / 1.0).toList());

    assertThat(hundred.median()).isEqualTo(50.5);
    assertThat(hundred.min()).isCloseTo(40, within(1.0));
    assertThat(hundred.max()).isCloseTo(61, within(1.0));
    assertThat(Spread.ofMedian(List.of(2.0, 1.0, 3.0))).isEqualTo(new Spread(2, 1, 3));
  }

  @Test
  void showFailedRequests() {
    rounds.add(new Round(EMPTY, 1, 1, POOL, new Sample(1, 1, 1, 1, 1, 1, 1, 7)));

    assertThat(results().hasErrors()).isTrue();
    assertThat(Markdown.tables(results())).contains("| pool (7 ERRORS) |");
  }

  private void round(
      int fork, int number, Contender one, double first, Contender two, double second) {
    rounds.add(new Round(EMPTY, fork, number, one, served(first)));
    rounds.add(new Round(EMPTY, fork, number, two, served(second)));
  }

  private static Sample served(double perSecond) {
    return new Sample(perSecond, 1, 2, 3, 4, 5, 6, 0);
  }

  private Results results() {
    return new Results(Machine.look("driver", "settings"), rounds);
  }
}
