package dev.greenlet;

import dev.greenlet.fiber.Fiber;
import java.util.List;

/**
 * The site in the code at which a greenlet waits.
 *
 * @param frame the innermost frame outside the JDK and this library
 * @param isOwn whether the wait is one of this library
 */
record WaitSite(StackTraceElement frame, boolean isOwn) {
  private static final StackTraceElement UNKNOWN = new StackTraceElement("unknown", "", null, -1);
  private static final String ENGINE = Fiber.class.getPackageName() + ".";

  static WaitSite of(List<StackTraceElement> stack) {
    boolean own = false;
    StackTraceElement library = null;
    for (StackTraceElement frame : stack) {
      String owner = frame.getClassName();
      if (owner.startsWith("java.") || owner.startsWith("jdk.") || owner.startsWith("sun.")) {
        continue;
      }
      if (library == null && owner.startsWith(ENGINE)) {
        own = true;
      }
      if (!owner.startsWith("dev.greenlet.")) {
        return new WaitSite(frame, own);
      }
      library = library == null ? frame : library;
    }
    return new WaitSite(library == null ? UNKNOWN : library, own);
  }

  @Override
  public String toString() {
    return frame.toString();
  }
}
