package dev.greenlet.bench.report;

import dev.greenlet.bench.app.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run: where it ran, and every sample.
 *
 * @param machine where and how it ran
 * @param rounds what was measured, in the order of time
 */
public record Results(Machine machine, List<Round> rounds) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Reads the results of an earlier run. */
  public static Results read(Path file) {
    return JSON.readValue(file.toFile(), Results.class);
  }

  /** Writes the results for a later run. */
  public void write(Path file) {
    JSON.writeValue(file.toFile(), this);
  }

  /** Returns whether any request failed, or no request was answered in a window. */
  public boolean hasErrors() {
    return rounds.stream()
        .map(Round::sample)
        .anyMatch(sample -> sample.errors() > 0 || sample.perSecond() == 0);
  }

  List<Workload> workloads() {
    return rounds.stream().map(Round::workload).distinct().toList();
  }

  List<Mode> modes(Workload workload) {
    return rounds.stream()
        .filter(round -> round.workload() == workload)
        .map(Round::mode)
        .distinct()
        .sorted()
        .toList();
  }

  boolean has(Workload workload, Mode mode) {
    return modes(workload).contains(mode);
  }

  /** The mode that all others are compared with: the pool, if it took part. */
  Mode reference(Workload workload) {
    return modes(workload).getFirst();
  }

  Spread of(Workload workload, Mode mode, ToDoubleFunction<Sample> figure) {
    return Spread.of(
        of(workload, mode).stream().map(r -> figure.applyAsDouble(r.sample())).toList());
  }

  /** The requests of a mode, to those of the reference in the same round. */
  Spread ratio(Workload workload, Mode mode) {
    List<Round> references = of(workload, reference(workload));
    return Spread.of(
        of(workload, mode).stream()
            .map(
                round ->
                    round.sample().perSecond()
                        / references.stream()
                            .filter(round::isBeside)
                            .findFirst()
                            .orElseThrow()
                            .sample()
                            .perSecond())
            .toList());
  }

  long errors(Workload workload, Mode mode) {
    return of(workload, mode).stream().mapToLong(round -> round.sample().errors()).sum();
  }

  private List<Round> of(Workload workload, Mode mode) {
    return rounds.stream()
        .filter(round -> round.workload() == workload && round.mode() == mode)
        .toList();
  }
}
