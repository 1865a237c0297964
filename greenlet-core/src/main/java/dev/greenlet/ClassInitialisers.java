package dev.greenlet;

/**
 * Finds class initialisers on stacks. A class whose initialiser throws is unusable from then on, so
 * none is left by an exit, and no wait below one is ended by a kill.
 */
final class ClassInitialisers {
  private static final String NAME = "<clinit>";
  private static final StackWalker STACK = StackWalker.getInstance();

  static {
    boolean _ = surroundCaller(); // loads what that needs: nothing may be loaded under a spin guard
  }

  private ClassInitialisers() {}

  /** Whether one is on the stack of the calling thread. */
  static boolean surroundCaller() {
    return STACK.walk(
        frames -> frames.map(StackWalker.StackFrame::getMethodName).anyMatch(NAME::equals));
  }

  /** Whether one is on the stack of a thread that waits. */
  static boolean surround(Thread waiting) {
    for (StackTraceElement frame : waiting.getStackTrace()) {
      if (frame.getMethodName().equals(NAME)) {
        return true;
      }
    }
    return false;
  }
}
