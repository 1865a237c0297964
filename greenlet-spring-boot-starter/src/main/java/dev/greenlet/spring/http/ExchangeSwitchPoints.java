package dev.greenlet.spring.http;

import dev.greenlet.BlockingCall;
import dev.greenlet.GreenletExit;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The switch points of one exchange: the reason that they show, and the abort that cancels them.
 */
record ExchangeSwitchPoints(WaitReason reason, ExchangeAbort abort) {

  /** Enters the first wait, or throws the exit of a killed greenlet. */
  SwitchPoint enter() {
    SwitchPoint entered = SwitchPoint.enter(reason);
    abort.arm(entered);
    return entered;
  }

  /**
   * Enters a wait in the middle of the exchange. A killed greenlet enters too, and its wait is
   * cancelled.
   */
  SwitchPoint enterMidExchange() {
    SwitchPoint entered = SwitchPoint.enterMidExchange(reason);
    abort.arm(entered);
    return entered;
  }

  /** Enters the wait that ends the exchange; an unwinding greenlet aborts the exchange first. */
  SwitchPoint enterToEnd() {
    SwitchPoint entered = SwitchPoint.enterMidExchange(reason);
    if (entered.isUnwinding()) {
      abort.abort();
    } else {
      abort.arm(entered);
    }
    return entered;
  }

  void leave(SwitchPoint entered) {
    entered.close();
    abort.disarm();
  }

  /** Reads from the response. A pending kill is delivered before, and aborts the exchange. */
  <T extends @Nullable Object> T read(BlockingCall<T, IOException> call) throws IOException {
    SwitchPoint entered = enterToRead();
    try {
      return call.call();
    } catch (Throwable failure) {
      entered.failed(failure);
      throw failure;
    } finally {
      leave(entered);
    }
  }

  private SwitchPoint enterToRead() {
    try {
      return enter();
    } catch (GreenletExit exit) {
      abort.abort(); // else closing would wait for the rest
      throw exit;
    }
  }

  /**
   * Makes a step of sending the request. A kill cancels it, and is delivered by the code that waits
   * for the exchange: it must not pass through the client.
   */
  void continueExchange(Step step) throws IOException {
    make(step, enterMidExchange());
  }

  /** Makes a step that ends the exchange. A kill cancels it, and is delivered afterwards. */
  void end(Step step) throws IOException {
    make(step, enterToEnd());
  }

  private void make(Step step, SwitchPoint entered) throws IOException {
    try {
      step.make();
    } finally {
      leave(entered);
    }
  }

  /** A call without a result. */
  @FunctionalInterface
  interface Step {
    void make() throws IOException;
  }
}
