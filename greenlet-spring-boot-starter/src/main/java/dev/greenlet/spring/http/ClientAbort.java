package dev.greenlet.spring.http;

import dev.greenlet.Cancellation;
import dev.greenlet.SwitchPoint;
import org.jspecify.annotations.Nullable;

/** Aborts an exchange by an action that the client registers while it executes the exchange. */
final class ClientAbort extends ExchangeAbort {
  private @Nullable Cancellation action;
  private @Nullable SwitchPoint wait;

  /** Registers the action; only the first one counts. */
  void register(Cancellation how) {
    if (action == null) {
      action = marking(how);
      armIfRegistered();
    }
  }

  @Override
  void arm(SwitchPoint begun) {
    wait = begun;
    armIfRegistered();
  }

  private void armIfRegistered() {
    if (wait != null && action != null) {
      wait.onCancel(action);
    }
  }

  @Override
  void disarm() {
    wait = null;
  }

  @Override
  void abort() {
    markAborted();
    if (action != null) {
      try {
        action.cancel();
      } catch (Exception failure) {
        // the exchange may be over; its next read or write reports the failure
      }
    }
  }
}
