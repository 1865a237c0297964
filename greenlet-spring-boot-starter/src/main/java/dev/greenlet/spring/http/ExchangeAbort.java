package dev.greenlet.spring.http;

import dev.greenlet.Cancellation;
import dev.greenlet.SwitchPoint;
import java.io.IOException;

/**
 * Aborts one exchange of a greenlet that is killed or whose deadline expires while it waits for the
 * server. Afterwards the end of the body is a failure, as the server has not sent it. Confined to
 * the greenlet, except the abort itself.
 */
abstract class ExchangeAbort {
  private volatile boolean aborted;

  /** Makes a kill or an expired deadline abort a wait that begins. */
  abstract void arm(SwitchPoint wait);

  /** Undoes {@link #arm}, after the switch point is closed. */
  abstract void disarm();

  /** Aborts an unfinished exchange outside of a wait, if the client supports that. */
  abstract void abort();

  /** Marks the exchange as aborted: from now on its body is incomplete. */
  final void markAborted() {
    aborted = true;
  }

  final boolean isAborted() {
    return aborted;
  }

  /** Rejects the end of the body of an aborted exchange, which is incomplete. */
  final void failIfAborted() throws IOException {
    if (aborted) {
      throw new IOException("The exchange was aborted before its body was complete");
    }
  }

  /** Returns an action that marks the exchange as aborted first. */
  final Cancellation marking(Cancellation action) {
    return () -> {
      markAborted();
      action.cancel();
    };
  }
}
