package dev.greenlet;

import java.lang.System.Logger.Level;

/**
 * Receives the failures that no other code has observed, each once.
 *
 * <p>Implementations are thread-safe and must not wait: a handler is called on a carrier of the
 * shared lane, by the thread that closes the runtime or, from then on, by the thread in which a
 * greenlet fails. An exception that it throws is logged, together with the failure.
 */
@FunctionalInterface
public interface UncaughtHandler {

  /** The origin of a failure. */
  enum Origin {
    /** The body of a greenlet, whose outcome was not observed in time. */
    BODY,
    /** A listener that was notified of the spawning or the end of a greenlet. */
    LISTENER
  }

  /**
   * Receives a failure.
   *
   * @param greenlet the greenlet that failed, or of whose spawning or end the listener was notified
   * @param origin the origin of the failure
   * @param failure the exception that was thrown
   */
  void uncaught(GreenletTask<?> greenlet, Origin origin, Throwable failure);

  /**
   * Returns a handler that logs each failure as a warning with its stack trace, by {@link
   * System.Logger} {@code dev.greenlet}.
   *
   * @return the handler that runtimes use unless configured otherwise
   */
  static UncaughtHandler logging() {
    return UncaughtHandler::log;
  }

  private static void log(GreenletTask<?> greenlet, Origin origin, Throwable failure) {
    String what =
        switch (origin) {
          case BODY -> "%s failed, and was neither joined nor asked for its outcome";
          case LISTENER -> "A listener of the spawning or the end of %s threw an exception";
        };
    System.getLogger("dev.greenlet").log(Level.WARNING, what.formatted(greenlet), failure);
  }
}
