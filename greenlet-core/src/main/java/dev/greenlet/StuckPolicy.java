package dev.greenlet;

import java.lang.System.Logger.Level;

/**
 * Decides what happens to the waits of a stuck runtime, one in which no greenlet can run any more
 * by itself. Only the program can know whether such a runtime is stuck forever, because a thread
 * outside may still wake a greenlet.
 *
 * <p>A runtime is not stuck, and the policy is not called, while a greenlet runs, sleeps, has a
 * deadline, is inside a {@link SwitchPoint} or a wait of the JDK, or waits for a completion stage
 * or for a lock that a live thread outside holds; nor while only {@linkplain SpawnOptions#asDaemon
 * daemons} wait.
 *
 * <p>Implementations are thread-safe: one policy may serve several runtimes.
 */
@FunctionalInterface
public interface StuckPolicy {

  /** The decision on the waits of a stuck runtime. */
  enum Verdict {
    /**
     * The greenlets keep waiting; a thread outside may wake them. Only the waits for a holder that
     * has terminated fail with a {@link DeadlockException}.
     */
    WAIT,
    /**
     * The waits that are not for the end or the lock of another greenlet fail with a {@link
     * DeadlockException}, except those of daemons. If there is no such wait, that of the youngest
     * greenlet fails.
     */
    FAIL
  }

  /**
   * Decides on the waits of a runtime. Called once each time the runtime gets stuck, on a carrier
   * of its shared lane and not in a greenlet. May log, and should not wait. An exception that it
   * throws is logged, and has the effect of {@link Verdict#WAIT}.
   *
   * @param report the waits of the runtime
   * @return the decision
   */
  Verdict stuck(StuckReport report);

  /**
   * Returns a policy that logs a warning with the report, by {@link System.Logger} {@code
   * dev.greenlet}, and lets the greenlets wait.
   *
   * @return the policy that runtimes use unless configured otherwise
   */
  static StuckPolicy logging() {
    return StuckPolicy::log;
  }

  private static Verdict log(StuckReport report) {
    System.getLogger("dev.greenlet")
        .log(
            Level.WARNING,
            "{0}\n"
                + "Only a thread outside can wake them. Spawn greenlets that may wait forever as"
                + " daemons, or let StuckPolicy.failing() end such waits",
            report);
    return Verdict.WAIT;
  }

  /**
   * Returns a policy that fails the waits, for programs in which only greenlets wake greenlets.
   *
   * @return the policy
   */
  static StuckPolicy failing() {
    return report -> Verdict.FAIL;
  }
}
