package dev.greenlet.inspect;

import java.util.List;

/**
 * A greenlet at one moment, with its stack.
 *
 * @param greenlet the greenlet
 * @param stack its stack, innermost frame first; empty when it was new or ready
 * @param spawnedAt where it was spawned, innermost frame first; empty unless the runtime keeps that
 */
public record GreenletDetail(
    GreenletSnapshot greenlet, List<StackTraceElement> stack, List<StackTraceElement> spawnedAt) {

  /**
   * Creates a detail.
   *
   * @param greenlet the greenlet
   * @param stack its stack, innermost frame first
   * @param spawnedAt where it was spawned, innermost frame first
   */
  public GreenletDetail {
    stack = List.copyOf(stack);
    spawnedAt = List.copyOf(spawnedAt);
  }
}
