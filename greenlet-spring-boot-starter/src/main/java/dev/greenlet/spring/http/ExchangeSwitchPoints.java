package dev.greenlet.spring.http;

import dev.greenlet.BlockingCall;
import dev.greenlet.GreenletExit;
import dev.greenlet.SwitchPoint;
import dev.greenlet.WaitReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The waits of one exchange: what they show, and how they are cut short. */
record ExchangeSwitchPoints(WaitReason reason, ExchangeAbort abort) {

  /** Enters the first wait. A killed greenlet does not get in. */
  SwitchPoint enter() {
    SwitchPoint entered = SwitchPoint.enter(reason);
    abort.during(entered);
    return entered;
  }

  /** Enters a wait in the middle of the exchange. A killed greenlet gets in, and is cut short. */
  SwitchPoint enterMidExchange() {
    SwitchPoint entered = SwitchPoint.enterMidExchange(reason);
    abort.during(entered);
    return entered;
  }

  /** Enters the wait that ends the exchange, which an unwinding greenlet aborts before. */
  SwitchPoint enterToEnd() {
    SwitchPoint entered = SwitchPoint.enterMidExchange(reason);
    if (entered.isUnwinding()) {
      abort.now();
    } else {
      abort.during(entered);
    }
    return entered;
  }

  void leave(SwitchPoint entered) {
    entered.close();
    abort.after();
  }

  /** Reads the answer. A kill is delivered before, and aborts the exchange. */
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
      abort.now(); // or closing would wait for the rest
      throw exit;
    }
  }

  /**
   * Makes a step that belongs to what is being sent. A kill cuts it short, and is delivered by
   * whoever waits for the exchange: it must not pass through the client.
   */
  void continueExchange(Step step) throws IOException {
    make(step, enterMidExchange());
  }

  /** Makes a step that ends the exchange. A kill cuts it short, and is delivered afterwards. */
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
