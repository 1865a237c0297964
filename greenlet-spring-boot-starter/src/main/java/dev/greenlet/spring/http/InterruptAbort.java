package dev.greenlet.spring.http;

import dev.greenlet.SwitchPoint;

/** CurrentAbort by an interrupt of the thread that waits, which goes no further than the wait. */
final class InterruptAbort extends ExchangeAbort {
  private volatile boolean sent;

  @Override
  void during(SwitchPoint wait) {
    Thread waiting = Thread.currentThread();
    wait.onCancel(
        by(
            () -> {
              sent = true;
              waiting.interrupt();
            }));
  }

  @Override
  void after() {
    if (sent) {
      sent = false;
      Thread.interrupted();
    }
  }

  @Override
  void now() {
    begin(); // nobody waits who could be interrupted
  }
}
