package dev.greenlet;

import java.lang.System.Logger.Level;

/** Logs what nobody caught. */
enum LoggingUncaughtHandler implements UncaughtHandler {
  INSTANCE;

  private static final System.Logger LOGGER = System.getLogger("dev.greenlet");

  @Override
  public void uncaught(GreenletTask<?> greenlet, Origin origin, Throwable failure) {
    String what =
        switch (origin) {
          case BODY -> "%s failed, and nobody joined it or asked for its outcome";
          case LISTENER -> "A listener failed that was told of the spawning or the end of %s";
        };
    LOGGER.log(Level.WARNING, what.formatted(greenlet), failure);
  }
}
