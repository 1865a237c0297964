package dev.greenlet.fiber;

import java.lang.System.Logger.Level;

/** Starts the JDK's socket pollers, which must belong to no greenlet. */
final class SocketPollers {
  private static final String POLLER = "sun.nio.ch.Poller";

  private SocketPollers() {}

  /**
   * Causes the JDK to create its pollers now. Platform threads only: the pollers are virtual
   * threads without a scheduler of their own and inherit the one of their creator, which for a
   * platform thread is the JDK's default, and for a greenlet its hub. Initialising the class needs
   * no access to its package.
   */
  static void start() {
    try {
      Class.forName(POLLER);
    } catch (ClassNotFoundException renamed) {
      System.getLogger(SocketPollers.class.getPackageName())
          .log(
              Level.WARNING,
              "JDK {0} has no {1}: a busy hub may delay the socket reads of others",
              Runtime.version(),
              POLLER);
    }
  }
}
