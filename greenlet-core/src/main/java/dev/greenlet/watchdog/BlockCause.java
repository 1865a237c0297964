package dev.greenlet.watchdog;

/** Why a hub is blocked, as far as the culprit's stack and thread tell. */
public enum BlockCause {
  /**
   * Waits, but cannot give up its carrier: code called back by native code is on its stack. Remedy:
   * {@code Greenlets.offload}. Native engine only.
   */
  PINNED_NATIVE_FRAME,
  /**
   * Initialises or loads a class, which keeps it from giving up its carrier if it waits. Remedy:
   * load the class before there are requests. Who needs a class that another thread initialises
   * cannot be told from one who computes, and counts as {@link #CPU}.
   */
  CLASS_INITIALISATION,
  /**
   * Blocks at a place that does not give up the hub: file I/O or name resolution, and on the
   * portable engine whatever is no switch point. Remedy: {@code SwitchPoint} or {@code
   * Greenlets.offload}.
   */
  BLOCKING,
  /**
   * Computes, and the JVM has loaded classes meanwhile: the code runs for the first time. No remedy
   * is needed unless it lasts.
   */
  WARM_UP,
  /** Computes. Remedy: {@code Greenlets.yieldNow} now and then, or {@code Greenlets.offload}. */
  CPU,
  /** Not looked at, or over before it could be. */
  UNKNOWN
}
