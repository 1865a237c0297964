package dev.greenlet.bench.report;

import dev.greenlet.bench.app.Mode;

/**
 * One mode's share of a round.
 *
 * @param workload the workload
 * @param fork the number of the JVMs it ran in
 * @param number the number of the round in these JVMs
 * @param mode the mode
 * @param sample what was measured
 */
public record Round(Workload workload, int fork, int number, Mode mode, Sample sample) {

  /** Whether another mode took its turn in the same round. */
  boolean isBeside(Round other) {
    return workload == other.workload && fork == other.fork && number == other.number;
  }
}
