package dev.greenlet;

import java.lang.System.Logger.Level;

/**
 * Hears of failures that nobody else hears of, each once. Called on a carrier of the shared lane,
 * or by whoever closes the runtime: it must not wait. What it throws itself is logged.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface UncaughtHandler {

  /** Where a failure came from. */
  enum Origin {
    /** The body of a greenlet, and nobody looked at the outcome in time. */
    BODY,
    /** Somebody who was told that a greenlet has ended. */
    LISTENER
  }

  /**
   * Hears of a failure.
   *
   * @param greenlet the greenlet that failed, or whose end was told
   * @param origin where it comes from
   * @param failure what was thrown
   */
  void uncaught(GreenletTask<?> greenlet, Origin origin, Throwable failure);

  /**
   * Logs each failure as a warning with its stack, by {@link System.Logger} {@code dev.greenlet}.
   *
   * @return the handler that runtimes use unless configured otherwise
   */
  static UncaughtHandler logging() {
    return UncaughtHandler::log;
  }

  private static void log(GreenletTask<?> greenlet, Origin origin, Throwable failure) {
    String what =
        switch (origin) {
          case BODY -> "%s failed, and nobody joined it or asked for its outcome";
          case LISTENER -> "A listener failed that was told of the spawning or the end of %s";
        };
    System.getLogger("dev.greenlet").log(Level.WARNING, what.formatted(greenlet), failure);
  }
}
