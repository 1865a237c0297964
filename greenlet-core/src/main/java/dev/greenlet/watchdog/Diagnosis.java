package dev.greenlet.watchdog;

import java.util.List;
import java.util.Set;

/** Derives the cause of a long slice. */
final class Diagnosis {
  private static final Set<String> LOADERS =
      Set.of(
          "java.lang.Class",
          "java.lang.ClassLoader",
          "java.net.URLClassLoader",
          "java.security.SecureClassLoader");
  private static final Set<String> LOADING =
      Set.of("forName0", "loadClass", "loadClassOrNull", "findClass", "defineClass");

  private Diagnosis() {}

  /**
   * Derives the cause.
   *
   * @param stack the stack, innermost frame first
   * @param state the state of the thread
   * @param waitsUnmount whether a wait of the JDK gives up the hub unless it is pinned
   * @param loadedClasses whether the JVM has loaded classes during the slice
   */
  static BlockCause of(
      List<StackTraceElement> stack,
      Thread.State state,
      boolean waitsUnmount,
      boolean loadedClasses) {
    if (stack.isEmpty()) {
      return BlockCause.UNKNOWN;
    }
    if (stack.stream().anyMatch(Diagnosis::initialisesClass)) {
      return BlockCause.CLASS_INITIALISATION;
    }
    return switch (state) {
      // Frames of the foreign function interface are hidden. A wait that keeps its carrier is
      // pinned, and without a class initialiser on the stack it is pinned by native code.
      case BLOCKED, WAITING, TIMED_WAITING ->
          waitsUnmount ? BlockCause.PINNED_NATIVE_FRAME : BlockCause.BLOCKING;
      case NEW, RUNNABLE, TERMINATED -> running(stack.getFirst(), loadedClasses);
    };
  }

  private static BlockCause running(StackTraceElement innermost, boolean loadedClasses) {
    if (blocksInSystemCall(innermost)) {
      return BlockCause.BLOCKING;
    }
    return loadedClasses ? BlockCause.WARM_UP : BlockCause.CPU;
  }

  private static boolean initialisesClass(StackTraceElement frame) {
    String owner = frame.getClassName();
    String method = frame.getMethodName();
    return method.equals("<clinit>")
        || (LOADING.contains(method)
            && (LOADERS.contains(owner) || owner.startsWith("jdk.internal.loader.")));
  }

  /** To the JVM a thread that waits in a system call is runnable. */
  private static boolean blocksInSystemCall(StackTraceElement innermost) {
    String owner = innermost.getClassName();
    return innermost.isNativeMethod()
        && (owner.startsWith("java.io.")
            || owner.startsWith("java.net.")
            || owner.startsWith("sun.nio.")
            || owner.startsWith("java.lang.Process"));
  }
}
