package dev.greenlet;

/**
 * Where a greenlet runs: a {@link Hub}, which runs one greenlet at a time, or the {@link
 * SharedLane}, which runs several at once. Thread-safe.
 */
public sealed interface Lane permits Hub, SharedLane {

  /**
   * The name, unique within the runtime.
   *
   * @return the name
   */
  String name();

  /**
   * How many unfinished greenlets are at home here. May lag.
   *
   * @return the number of greenlets
   */
  int live();
}
