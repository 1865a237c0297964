package dev.greenlet.net;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;

/** Translates the exceptions of channels into those of {@link java.net.Socket}. */
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
   * Creates the exception of a call that a kill or the expiry of a deadline has ended: libraries
   * treat it as an interrupted call and discard the connection.
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
