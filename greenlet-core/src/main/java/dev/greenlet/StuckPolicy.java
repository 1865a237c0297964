package dev.greenlet;

import java.lang.System.Logger.Level;

/**
 * What is done when nothing in a runtime can run any more by itself. Whether that is for ever, only
 * the program knows: a thread outside may yet wake somebody.
 *
 * <p>A runtime is not stuck, and the policy is not asked, while a greenlet runs, sleeps, has a
 * deadline, is inside a {@link SwitchPoint} or a wait of the JDK, waits for a completion stage or
 * for a lock that a living thread outside holds; nor while only {@linkplain SpawnOptions#asDaemon
 * daemons} wait.
 */
@FunctionalInterface
public interface StuckPolicy {

  /** What becomes of those who wait. */
  enum Verdict {
    /** They go on waiting; a thread outside may wake them. */
    WAIT,
    /** Those who wait for no other greenlet's end or lock get a {@link DeadlockException}. */
    FAIL
  }

  /**
   * Decides. Called once for each time a runtime gets stuck, on the shared lane, by no greenlet. It
   * may log, and should not wait. What it throws is logged, and means {@link Verdict#WAIT}.
   *
   * @param report who waits for what
   * @return what becomes of them
   */
  Verdict stuck(StuckReport report);

  /**
   * Returns a policy that logs one warning with the report, and lets the greenlets wait.
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
                + "Only a thread outside can wake them. Spawn those that may wait for ever as"
                + " daemons, or let StuckPolicy.failing() end such waits",
            report);
    return Verdict.WAIT;
  }

  /**
   * Fails them: for programs whose greenlets are woken by each other only.
   *
   * @return the policy
   */
  static StuckPolicy failing() {
    return report -> Verdict.FAIL;
  }
}
