package dev.greenlet;

import dev.greenlet.fiber.Fiber;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ensures that a section of a greenlet does not give up its lane. A switch point of this library is
 * rejected before the lane is given up. A wait of the JDK, which on the native engine gives up the
 * lane by itself, is detected afterwards. Confined to the greenlet.
 */
final class SwitchGuard {
  private final Object greenlet; // for messages
  private final Fiber fiber;
  private final long slicesBefore;
  private @Nullable UnexpectedSwitchException refusal;

  /** Begins the section. */
  SwitchGuard(Object greenlet, Fiber fiber) {
    this.greenlet = greenlet;
    this.fiber = fiber;
    this.slicesBefore = fiber.slices();
    fiber.watchSuspension(true);
  }

  /** Ends the section. */
  void end(boolean watchOn) {
    fiber.watchSuspension(watchOn);
  }

  /** Throws if the lane was given up inside the section, or a switch point was rejected. */
  void failIfSwitched() {
    if (refusal != null) {
      throw refusal; // it was swallowed inside the section
    }
    if (fiber.slices() != slicesBefore) {
      throw switched();
    }
  }

  /** Rejects a switch point of this library that was reached inside the section. */
  void refuse(Object switchPoint) {
    UnexpectedSwitchException refused =
        new UnexpectedSwitchException(
            ("%s must not give up %s here, and was about to at the switch point '%s': do that outside"
                    + " of withoutSwitching")
                .formatted(greenlet, lane(), switchPoint));
    if (refusal == null) {
      refusal = refused;
    }
    throw refused;
  }

  private UnexpectedSwitchException switched() {
    List<StackTraceElement> where = fiber.firstSuspension();
    UnexpectedSwitchException found =
        new UnexpectedSwitchException(
            ("%s must not give up %s here, and did so in a wait of the JDK at %s: do that outside of"
                    + " withoutSwitching")
                .formatted(greenlet, lane(), firstOutsideOfTheJdk(where)));
    if (!where.isEmpty()) {
      found.setStackTrace(where.toArray(StackTraceElement[]::new));
    }
    return found;
  }

  private Lane lane() {
    return ((LaneScheduler) fiber.home()).lane();
  }

  private static String firstOutsideOfTheJdk(List<StackTraceElement> stack) {
    for (StackTraceElement frame : stack) {
      if (!"java.base".equals(frame.getModuleName())) {
        return frame.toString();
      }
    }
    return "an unknown place";
  }
}
