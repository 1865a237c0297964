package dev.greenlet.spring.http;

import dev.greenlet.Cancellation;
import dev.greenlet.SwitchPoint;
import java.io.IOException;

/**
 * CurrentAbort one exchange for a greenlet that is killed or whose deadline is over while it waits
 * for the server. What that leaves behind is told apart from what the server has sent. Confined to
 * the greenlet, but for the abort itself.
 */
abstract class ExchangeAbort {
  private volatile boolean begun;

  /** Lets a wait be cut short. */
  abstract void during(SwitchPoint wait);

  /** Leaves no trace of it, after the switch point is closed. */
  abstract void after();

  /**
   * CurrentAbort outside of a wait, if that is possible, for the exchange is left in the middle.
   */
  abstract void now();

  /** Marks what the exchange brings from now on as torn. */
  final void begin() {
    begun = true;
  }

  final boolean hasBegun() {
    return begun;
  }

  /** An aborted body that ends has not come to its end. */
  final void refuseEnd() throws IOException {
    if (begun) {
      throw new IOException("The exchange was aborted in the middle of its body");
    }
  }

  /** An abort that is put into effect by an action. */
  final Cancellation by(Cancellation action) {
    return () -> {
      begin();
      action.cancel();
    };
  }
}
