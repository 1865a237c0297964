package dev.greenlet.spring.web.admission;

/**
 * The limit of live requests, which may change. A bean of this type replaces the limit that the
 * properties configure. An SPI for applications.
 *
 * <p>Implementations are thread-safe and do not block.
 */
public interface ConcurrencyLimit {

  /**
   * Returns the present limit. If the limit shrinks, live requests continue, and fewer are admitted
   * until the limit holds.
   *
   * @return the limit, at least 1
   */
  int current();

  /**
   * Receives the measurements of a request that has ended. Called on the thread that ends the
   * request, before its permit is released.
   *
   * @param sample the measurements
   */
  void onEnd(Sample sample);

  /**
   * Returns a limit that does not change.
   *
   * @param limit the limit
   * @return the limit
   * @throws IllegalArgumentException if it is less than 1
   */
  static ConcurrencyLimit fixed(int limit) {
    return new FixedLimit(limit);
  }

  /**
   * The measurements of one admitted request.
   *
   * @param start the time of its admission, in nanoseconds of arbitrary origin
   * @param nanos its duration since then, without the time in the queue
   * @param live the number of live requests at its admission, itself included
   * @param ending its ending
   */
  record Sample(long start, long nanos, int live, Ending ending) {}

  /** The ending of an admitted request, as an indication of the load. */
  enum Ending {
    /** The request was served; its duration counts. */
    SUCCESS,
    /** The application or a backend was overloaded. */
    DROPPED,
    /** The duration is no indication: an error, or a stream of any length. */
    IGNORED
  }
}
