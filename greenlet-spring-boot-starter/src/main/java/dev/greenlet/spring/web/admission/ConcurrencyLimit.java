package dev.greenlet.spring.web.admission;

/**
 * How many requests may live at once, as things are. A bean of this type takes the place of the one
 * that the properties describe.
 *
 * <p>Implementations are thread-safe and answer without waiting.
 */
public interface ConcurrencyLimit {

  /**
   * The limit at present. One that has shrunk ends nothing: fewer are admitted until it holds.
   *
   * @return at least 1
   */
  int current();

  /**
   * Learns from a request that has ended. Called before its place is given on.
   *
   * @param sample how it went
   */
  void onEnd(Sample sample);

  /**
   * A limit that stays as it is.
   *
   * @param limit the limit
   * @return the limit
   * @throws IllegalArgumentException if it is less than 1
   */
  static ConcurrencyLimit fixed(int limit) {
    return new FixedLimit(limit);
  }

  /**
   * How one admitted request went.
   *
   * @param start when it was admitted, in nanoseconds of arbitrary origin
   * @param nanos for how long it lived since; its time in the queue is not part of that
   * @param live how many lived when it was admitted, itself included
   * @param ending how it ended
   */
  record Sample(long start, long nanos, int live, Ending ending) {}

  /** How an admitted request ended, as far as it tells something about the load. */
  enum Ending {
    /** With an answer, whose time counts. */
    SUCCESS,
    /** The application, or what is behind it, had more than it could do. */
    DROPPED,
    /** In a way whose time tells nothing: an error, or a stream that was open as long as wanted. */
    IGNORED
  }
}
