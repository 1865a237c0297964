package dev.greenlet.watchdog;

/**
 * The cause of a blocked hub, as far as it can be derived from the stack and the state of the
 * thread.
 */
public enum BlockCause {
  /**
   * The greenlet waits but cannot give up its carrier: code called back by native code is on its
   * stack. Remedy: {@code Greenlets.offload}. Native engine only.
   */
  PINNED_NATIVE_FRAME,
  /**
   * The greenlet initialises or loads a class and therefore cannot give up its carrier if it waits.
   * Remedy: load the class before the first request. A greenlet that waits for a class which
   * another thread initialises looks as if it computed, and is reported as {@link #CPU}.
   */
  CLASS_INITIALISATION,
  /**
   * The greenlet blocks in a call that does not give up the hub: file I/O or name resolution, and
   * on the portable engine every wait that is not a switch point. Remedy: {@code SwitchPoint} or
   * {@code Greenlets.offload}.
   */
  BLOCKING,
  /**
   * The greenlet computes, and the JVM has loaded classes meanwhile: the code runs for the first
   * time. No remedy is needed unless it persists.
   */
  WARM_UP,
  /**
   * The greenlet computes. Remedy: {@code Greenlets.yieldNow} at intervals, or {@code
   * Greenlets.offload}.
   */
  CPU,
  /** Not determined, or over before it could be. */
  UNKNOWN
}
