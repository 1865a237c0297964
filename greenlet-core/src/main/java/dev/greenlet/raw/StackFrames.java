package dev.greenlet.raw;

import java.util.List;

/** Removes the frames of this library from stacks. */
final class StackFrames {
  private static final String SWITCHES = RawGreenlet.class.getName();
  private static final String CALLS_BODY = RawLife.class.getName();

  private StackFrames() {}

  /**
   * Removes the frames inside of the switch in which the greenlet is suspended, and outside of its
   * body.
   */
  static List<StackTraceElement> trim(List<StackTraceElement> innermostFirst) {
    int end = 0;
    while (end < innermostFirst.size() && !callsBody(innermostFirst.get(end))) {
      end++;
    }
    List<StackTraceElement> frames = innermostFirst.subList(0, end);
    int begin = 0;
    while (begin < end && !switches(frames.get(begin))) {
      begin++;
    }
    while (begin < end && switches(frames.get(begin))) {
      begin++;
    }
    boolean switching = begin < end || (end > 0 && switches(frames.getLast()));
    return List.copyOf(switching ? frames.subList(begin, end) : frames);
  }

  private static boolean callsBody(StackTraceElement frame) {
    return frame.getClassName().equals(CALLS_BODY);
  }

  private static boolean switches(StackTraceElement frame) {
    return frame.getClassName().equals(SWITCHES);
  }
}
