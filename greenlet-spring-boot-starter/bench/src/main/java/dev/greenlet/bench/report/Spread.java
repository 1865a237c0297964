package dev.greenlet.bench.report;

import java.util.List;
import java.util.Locale;

/** The median of some figures, with the least and the greatest of them. */
public record Spread(double median, double min, double max) {

  static Spread of(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast());
  }

  boolean contains(double figure) {
    return min <= figure && figure <= max;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f (%.3f..%.3f)", median, min, max);
  }
}
