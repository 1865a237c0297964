package dev.greenlet.bench.report;

import java.util.List;
import java.util.Map;

/**
 * Ratios of what took turns.
 *
 * @param ofRounds the ratios of all rounds, with the least and the greatest
 * @param median the same median, with an interval that contains that of endless rounds in 95 of 100
 *     cases
 * @param ofForks the medians of the forks, with the least and the greatest: what JVMs that compile
 *     differently make of it
 */
record Ratios(Spread ofRounds, Spread median, Spread ofForks) {

  static Ratios of(Map<Integer, List<Double>> byFork) {
    List<Double> all = byFork.values().stream().flatMap(List::stream).toList();
    return new Ratios(
        Spread.of(all),
        Spread.ofMedian(all),
        Spread.of(byFork.values().stream().map(fork -> Spread.of(fork).median()).toList()));
  }
}
