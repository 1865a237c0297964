package dev.greenlet;

import java.lang.System.Logger.Level;

/** Logs that a runtime is stuck. */
enum LoggingStuckPolicy implements StuckPolicy {
  INSTANCE;

  @Override
  public Verdict stuck(StuckReport report) {
    System.getLogger("dev.greenlet")
        .log(
            Level.WARNING,
            "{0}\n"
                + "Only a thread outside can wake them. Spawn those that may wait for ever as"
                + " daemons, or let StuckPolicy.failing() end such waits",
            report);
    return Verdict.WAIT;
  }
}
