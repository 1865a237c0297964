package dev.greenlet.spring.http;

import dev.greenlet.Cancellation;
import dev.greenlet.SwitchPoint;
import org.jspecify.annotations.Nullable;

/** CurrentAbort by the means that the client tells while it executes the exchange. */
final class ClientAbort extends ExchangeAbort {
  private @Nullable Cancellation action;
  private @Nullable SwitchPoint wait;

  /** The client tells how; the first counts. */
  void tell(Cancellation how) {
    if (action == null) {
      action = by(how);
      arm();
    }
  }

  @Override
  void during(SwitchPoint begun) {
    wait = begun;
    arm();
  }

  private void arm() {
    if (wait != null && action != null) {
      wait.onCancel(action);
    }
  }

  @Override
  void after() {
    wait = null;
  }

  @Override
  void now() {
    begin();
    if (action != null) {
      try {
        action.cancel();
      } catch (Exception failure) {
        // the exchange may be over, and whoever goes on with it will see
      }
    }
  }
}
