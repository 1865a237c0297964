package dev.greenlet.spring.waits;

import dev.greenlet.watchdog.BlockCause;
import java.util.EnumSet;
import java.util.Set;

/** One wait, which somebody else ends. */
abstract class Wait {

  /** Waits until it is ended. Called once, by who waits. */
  abstract void begin() throws Exception;

  /** Whether who waits has come so far that only the end is missing. Any thread. */
  boolean isReached() {
    return true;
  }

  /** Returns the causes, one of which the watchdog reports if the hub is kept. */
  Set<BlockCause> causes() {
    return EnumSet.of(BlockCause.BLOCKING, BlockCause.PINNED_NATIVE_FRAME);
  }

  /** Ends the wait. Any thread but the one that waits. */
  abstract void end(Thread waiting) throws Exception;

  /** Lets go what was needed for it. */
  void release() throws Exception {}

  /** Makes a wait in a runtime whose only hub is not used yet. */
  @FunctionalInterface
  interface Opening {
    Wait open() throws Exception;
  }
}
