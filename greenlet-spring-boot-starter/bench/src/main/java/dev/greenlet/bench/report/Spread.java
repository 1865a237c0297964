package dev.greenlet.bench.report;

import java.util.List;
import java.util.Locale;

/** The median of some figures, and a range around it. */
public record Spread(double median, double min, double max) {

  /** Returns the median with the least and the greatest. */
  static Spread of(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast());
  }

  /**
   * Returns the median with an interval in which the true one lies in 95 of 100 cases, however the
   * figures are distributed: the ranks of the sign test, by the normal approximation.
   */
  static Spread ofMedian(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    int rank = (int) Math.max(0, sorted.size() / 2.0 - 0.98 * Math.sqrt(sorted.size()) - 0.5);
    return new Spread(of(figures).median(), sorted.get(rank), sorted.get(sorted.size() - 1 - rank));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f (%.3f..%.3f)", median, min, max);
  }
}
