package dev.greenlet.bench.report;

/**
 * One contender's share of a round.
 *
 * @param workload the workload
 * @param fork the number of the JVMs it ran in
 * @param number the number of the round in these JVMs
 * @param contender what was measured
 * @param sample the figures
 */
public record Round(Workload workload, int fork, int number, Contender contender, Sample sample) {

  /** Whether another contender took its turn in the same round. */
  boolean isBeside(Round other) {
    return workload == other.workload && fork == other.fork && number == other.number;
  }
}
