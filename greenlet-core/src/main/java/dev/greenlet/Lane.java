package dev.greenlet;

/**
 * An executor of greenlets: a {@link Hub}, which runs one greenlet at a time, or a {@link
 * SharedLane}, which runs several in parallel.
 *
 * <p>Thread-safe: any thread may call each method.
 */
public sealed interface Lane permits Hub, SharedLane {

  /**
   * Returns the name of this lane, which is unique within the runtime.
   *
   * @return the name
   */
  String name();

  /**
   * Returns how many unfinished greenlets belong to this lane. May lag.
   *
   * @return the number of greenlets
   */
  int live();
}
