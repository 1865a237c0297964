package dev.greenlet.bench.report;

import dev.greenlet.bench.app.Mode;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Tables of results. */
public final class Markdown {
  private Markdown() {}

  /** Returns a table for each workload. */
  public static String tables(Results results) {
    StringBuilder text = new StringBuilder(results.machine() + ".\n");
    for (Workload workload : results.workloads()) {
      text.append(
          """

          **%s**: %s, %,d connections

          | | to %s (range) | requests/s | p50 ms | p99 ms | CPU us/request | switches/request, voluntary + not | RSS MB |
          |---|---|---|---|---|---|---|---|
          """
              .formatted(
                  workload.id(),
                  workload.title(),
                  workload.connections(),
                  results.reference(workload).id()));
      results.modes(workload).forEach(mode -> text.append(row(results, workload, mode)));
    }
    return text.toString();
  }

  private static String row(Results results, Workload workload, Mode mode) {
    ToDoubleFunction<ToDoubleFunction<Sample>> median =
        figure -> results.of(workload, mode, figure).median();
    long errors = results.errors(workload, mode);
    return String.format(
        Locale.ROOT,
        "| %s%s | %s | %,.0f | %.1f | %.1f | %.1f | %.3f + %.3f | %,.0f |%n",
        mode.id(),
        errors == 0 ? "" : " (%,d ERRORS)".formatted(errors),
        results.ratio(workload, mode),
        median.applyAsDouble(Sample::perSecond),
        median.applyAsDouble(Sample::p50Millis),
        median.applyAsDouble(Sample::p99Millis),
        median.applyAsDouble(Sample::cpuMicros),
        median.applyAsDouble(Sample::voluntary),
        median.applyAsDouble(Sample::involuntary),
        median.applyAsDouble(Sample::residentMegabytes));
  }

  /**
   * Returns a table that compares two runs. A change is outside of the spread if neither median
   * lies in the range of the other run.
   */
  public static String comparison(Results before, Results after) {
    StringBuilder text =
        new StringBuilder(
            """

            Before: %s.

            | workload | mode | before (range) | now (range) | now / before | CPU, now / before |
            |---|---|---|---|---|---|
            """
                .formatted(before.machine()));
    for (Workload workload : after.workloads()) {
      for (Mode mode : after.modes(workload)) {
        if (before.has(workload, mode) && before.reference(workload) == after.reference(workload)) {
          text.append(change(before, after, workload, mode));
        }
      }
    }
    return text.toString();
  }

  private static String change(Results before, Results after, Workload workload, Mode mode) {
    return "| %s | %s | %s | %s | %s | %s |%n"
        .formatted(
            workload.id(),
            mode.id(),
            before.ratio(workload, mode),
            after.ratio(workload, mode),
            change(before.ratio(workload, mode), after.ratio(workload, mode)),
            change(
                before.of(workload, mode, Sample::cpuMicros),
                after.of(workload, mode, Sample::cpuMicros)));
  }

  private static String change(Spread before, Spread after) {
    boolean outside = !before.contains(after.median()) && !after.contains(before.median());
    return String.format(
        Locale.ROOT,
        "%.3f, %s",
        after.median() / before.median(),
        outside ? "**outside** of the spread" : "within the spread");
  }
}
