package dev.greenlet.bench.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

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

  /** Writes the results, with every round. */
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

  List<Contender> contenders(Workload workload) {
    return rounds.stream()
        .filter(round -> round.workload() == workload)
        .map(Round::contender)
        .distinct()
        .sorted()
        .toList();
  }

  /** What all others are compared with: the pool, if it took part. */
  Contender reference(Workload workload) {
    return contenders(workload).getFirst();
  }

  Spread of(Workload workload, Contender contender, ToDoubleFunction<Sample> figure) {
    return Spread.of(
        of(workload, contender).stream().map(r -> figure.applyAsDouble(r.sample())).toList());
  }

  /** A figure of a contender, to that of another in the same round. */
  Ratios ratios(
      Workload workload, Contender contender, Contender other, ToDoubleFunction<Sample> figure) {
    List<Round> others = of(workload, other);
    return Ratios.of(
        of(workload, contender).stream()
            .collect(
                groupingBy(
                    Round::fork,
                    mapping(
                        round ->
                            figure.applyAsDouble(round.sample())
                                / figure.applyAsDouble(beside(round, others).sample()),
                        toList()))));
  }

  private static Round beside(Round round, List<Round> others) {
    return others.stream().filter(round::isBeside).findFirst().orElseThrow();
  }

  long errors(Workload workload, Contender contender) {
    return of(workload, contender).stream().mapToLong(round -> round.sample().errors()).sum();
  }

  private List<Round> of(Workload workload, Contender contender) {
    return rounds.stream()
        .filter(round -> round.workload() == workload && round.contender().equals(contender))
        .toList();
  }
}
