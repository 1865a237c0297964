package dev.greenlet;

/**
 * Finds class initialisers on stacks. A class whose initialiser throws is unusable from then on.
 * Therefore no exit is thrown below an initialiser, and no wait below one is ended by a kill.
 */
final class ClassInitialisers {
  private static final String NAME = "<clinit>";
  private static final StackWalker STACK = StackWalker.getInstance();

  static {
    // loads the classes that it needs: none may be loaded under a spin lock
    boolean _ = surroundCaller();
  }

  private ClassInitialisers() {}

  /** Returns whether a class initialiser is on the stack of the calling thread. */
  static boolean surroundCaller() {
    return STACK.walk(
        frames -> frames.map(StackWalker.StackFrame::getMethodName).anyMatch(NAME::equals));
  }

  /** Returns whether a class initialiser is on the stack of a waiting thread. */
  static boolean surround(Thread waiting) {
    for (StackTraceElement frame : waiting.getStackTrace()) {
      if (frame.getMethodName().equals(NAME)) {
        return true;
      }
    }
    return false;
  }
}
