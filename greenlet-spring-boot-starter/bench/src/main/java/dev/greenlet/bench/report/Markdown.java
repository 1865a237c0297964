package dev.greenlet.bench.report;

import java.util.List;
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
      results
          .contenders(workload)
          .forEach(contender -> text.append(row(results, workload, contender)));
    }
    return text.toString();
  }

  private static String row(Results results, Workload workload, Contender contender) {
    ToDoubleFunction<ToDoubleFunction<Sample>> median =
        figure -> results.of(workload, contender, figure).median();
    long errors = results.errors(workload, contender);
    return String.format(
        Locale.ROOT,
        "| %s%s | %s | %,.0f | %.1f | %.1f | %.1f | %.3f + %.3f | %,.0f |%n",
        contender.id(),
        errors == 0 ? "" : " (%,d ERRORS)".formatted(errors),
        results
            .ratios(workload, contender, results.reference(workload), Sample::perSecond)
            .ofRounds(),
        median.applyAsDouble(Sample::perSecond),
        median.applyAsDouble(Sample::p50Millis),
        median.applyAsDouble(Sample::p99Millis),
        median.applyAsDouble(Sample::cpuMicros),
        median.applyAsDouble(Sample::voluntary),
        median.applyAsDouble(Sample::involuntary),
        median.applyAsDouble(Sample::residentMegabytes));
  }

  /**
   * Returns a table that compares the builds, with what 95 of 100 such intervals contain; empty if
   * there is one build only.
   */
  public static String comparison(Results results) {
    StringBuilder rows = new StringBuilder();
    for (Workload workload : results.workloads()) {
      List<Contender> contenders = results.contenders(workload);
      contenders.stream()
          .filter(each -> each.build() == Build.NOW && contenders.contains(each.before()))
          .forEach(each -> rows.append(change(results, workload, each)));
    }
    return rows.isEmpty()
        ? ""
        : """

        | workload | mode | requests, now / before (95 %) | of the forks | CPU, now / before (95 %) | of the forks |
        |---|---|---|---|---|---|
        """
            + rows;
  }

  private static String change(Results results, Workload workload, Contender now) {
    Ratios requests = results.ratios(workload, now, now.before(), Sample::perSecond);
    Ratios processor = results.ratios(workload, now, now.before(), Sample::cpuMicros);
    return "| %s | %s | %s | %s | %s | %s |%n"
        .formatted(
            workload.id(),
            now.mode().id(),
            requests.median(),
            requests.ofForks(),
            processor.median(),
            processor.ofForks());
  }
}
