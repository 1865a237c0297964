package dev.greenlet.inspect;

import java.util.List;

/**
 * A greenlet at one moment, with its stack. Immutable; any thread may read it.
 *
 * @param greenlet the greenlet
 * @param stack its stack, innermost frame first; empty if it was new or ready
 * @param spawnedAt the stack of its spawn, innermost frame first; empty unless the runtime records
 *     it
 */
public record GreenletDetail(
    GreenletSnapshot greenlet, List<StackTraceElement> stack, List<StackTraceElement> spawnedAt) {

  /**
   * Creates a detail.
   *
   * @param greenlet the greenlet
   * @param stack its stack, innermost frame first
   * @param spawnedAt the stack of its spawn, innermost frame first
   */
  public GreenletDetail {
    stack = List.copyOf(stack);
    spawnedAt = List.copyOf(spawnedAt);
  }
}
