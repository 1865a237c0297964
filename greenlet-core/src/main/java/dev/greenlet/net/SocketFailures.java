package dev.greenlet.net;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;

/** What channels throw, as {@link java.net.Socket} would. */
final class SocketFailures {
  private SocketFailures() {}

  static IOException translate(Exception failure) {
    return switch (failure) {
      case SocketException already -> already;
      case InterruptedIOException already -> already; // a timeout
      case UnknownHostException already -> already;
      case ClosedChannelException closed -> because("Socket closed", closed);
      default ->
          because(
              failure.getMessage() == null ? failure.toString() : failure.getMessage(), failure);
    };
  }

  /**
   * A call that a kill or the end of a deadline has ended: what libraries take for an interrupted
   * call, and give a connection up for.
   */
  static InterruptedIOException cancelled(String call, Throwable exit) {
    InterruptedIOException cancelled =
        new InterruptedIOException(call + " cancelled: " + exit.getMessage());
    cancelled.initCause(exit);
    return cancelled;
  }

  private static SocketException because(String message, Exception cause) {
    return new SocketException(message, cause);
  }
}
