package dev.greenlet.spring.http;

import dev.greenlet.SwitchPoint;

/**
 * Aborts an exchange by an interrupt of the waiting thread, which is cleared when the wait ends.
 */
final class InterruptAbort extends ExchangeAbort {
  private volatile boolean sent;

  @Override
  void arm(SwitchPoint wait) {
    Thread waiting = Thread.currentThread();
    wait.onCancel(
        marking(
            () -> {
              sent = true;
              waiting.interrupt();
            }));
  }

  @Override
  void disarm() {
    if (sent) {
      sent = false;
      Thread.interrupted();
    }
  }

  @Override
  void abort() {
    markAborted(); // no thread waits that could be interrupted
  }
}
