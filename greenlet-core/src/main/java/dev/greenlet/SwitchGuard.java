package dev.greenlet;

import dev.greenlet.fiber.Fiber;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that one section of a greenlet does not give up its lane. A switch point of ours is
 * refused before anything has been given up. A wait of the JDK's own, which on the native engine
 * gives up the lane unasked, is found out afterwards. Used by the greenlet itself only.
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

  void failIfSwitched() {
    if (refusal != null) {
      throw refusal; // somebody has swallowed it
    }
    if (fiber.slices() != slicesBefore) {
      throw foundOut();
    }
  }

  /** A switch point of ours has been reached. */
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

  private UnexpectedSwitchException foundOut() {
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
