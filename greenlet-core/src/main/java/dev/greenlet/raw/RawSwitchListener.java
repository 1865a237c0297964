package dev.greenlet.raw;

/** Told of every switch within a tree of raw greenlets. */
@FunctionalInterface
public interface RawSwitchListener {

  /**
   * Called by the greenlet that got control, on its thread, before it goes on; also before a body
   * begins. May itself switch: what was on its way is not lost. What it throws ends its
   * registration and is thrown in that greenlet in place of what was on its way.
   *
   * @param event the switch
   */
  void switched(RawSwitch event);
}
