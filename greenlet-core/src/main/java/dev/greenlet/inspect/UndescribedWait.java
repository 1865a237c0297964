package dev.greenlet.inspect;

import dev.greenlet.WaitReason;
import java.util.List;
import java.util.Set;

/**
 * Derives the wait reason of a greenlet that is parked in the JDK, without a reason of its own,
 * from its stack.
 */
final class UndescribedWait {
  private static final Set<String> PARKING =
      Set.of(
          "java.lang.VirtualThread",
          "java.lang.System$1",
          "java.lang.Object",
          "jdk.internal.misc.Unsafe",
          "java.util.concurrent.locks.LockSupport");

  private UndescribedWait() {}

  static WaitReason guess(List<StackTraceElement> stack) {
    for (StackTraceElement frame : stack) {
      String owner = frame.getClassName();
      if (PARKING.contains(owner) || owner.startsWith("jdk.internal.")) {
        continue;
      }
      return new WaitReason(kindOf(owner, frame), owner + "." + frame.getMethodName());
    }
    return new WaitReason(WaitReason.PARK, "");
  }

  private static String kindOf(String owner, StackTraceElement frame) {
    if (owner.equals("java.lang.Thread") && frame.getMethodName().startsWith("sleep")) {
      return WaitReason.SLEEP;
    }
    if (owner.startsWith("sun.nio.ch.") || owner.startsWith("java.net.")) {
      return WaitReason.SOCKET;
    }
    if (owner.startsWith("java.util.concurrent.locks.")) {
      return WaitReason.LOCK;
    }
    return WaitReason.PARK;
  }
}
