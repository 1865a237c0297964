package dev.greenlet.raw;

/** Notified of every switch within a tree of raw greenlets. */
@FunctionalInterface
public interface RawSwitchListener {

  /**
   * Called by the greenlet that received control, on its thread, before it continues or its body
   * begins. May itself switch: the pending payload is kept. An exception ends the registration and
   * is thrown in that greenlet in place of the payload.
   *
   * @param event the switch
   */
  void switched(RawSwitch event);
}
