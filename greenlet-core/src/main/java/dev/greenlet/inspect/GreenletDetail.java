package dev.greenlet.inspect;

import java.util.List;

/**
 * A greenlet at one moment, with its stack.
 *
 * @param greenlet the greenlet
 * @param stack its stack, innermost frame first; empty when it was new or ready
 */
public record GreenletDetail(GreenletSnapshot greenlet, List<StackTraceElement> stack) {

  /**
   * Creates a detail.
   *
   * @param greenlet the greenlet
   * @param stack its stack, innermost frame first
   */
  public GreenletDetail {
    stack = List.copyOf(stack);
  }
}
