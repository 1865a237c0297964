package dev.greenlet;

import java.util.Objects;

/**
 * The reason for which a greenlet waits, as shown in snapshots, messages and log lines. A detail
 * never contains values: SQL is shown without its parameters, a URL without its query. Both
 * components are made {@linkplain Printable printable} and cut at {@link Printable#MAX_LENGTH}
 * characters.
 *
 * <p>Immutable; any thread may call each method.
 *
 * @param kind the kind of wait, one lower-case word: {@code jdbc}, {@code http}, {@code sleep}, …
 * @param detail the object of the wait, for a human reader; may be empty
 */
public record WaitReason(String kind, String detail) {

  /** The kind of a wait for time to pass. */
  public static final String SLEEP = "sleep";

  /** The kind of a wait for another greenlet to end. */
  public static final String JOIN = "join";

  /** The kind of a wait of a request for its turn among the requests with the same key. */
  public static final String TURN = "turn";

  /** The kind of a wait of a queued request to be admitted. */
  public static final String ADMISSION = "admission";

  /** The kind of a wait in or for a database. */
  public static final String JDBC = "jdbc";

  /** The kind of a wait for an HTTP server. */
  public static final String HTTP = "http";

  /** The kind of a wait for a socket that has no better description. */
  public static final String SOCKET = "socket";

  /** The kind of a wait for a signal of a reactive publisher. */
  public static final String REACTOR = "reactor";

  /** The kind of a wait for a lock. */
  public static final String LOCK = "lock";

  /** The kind of any other wait. */
  public static final String PARK = "park";

  /**
   * Creates a reason.
   *
   * @param kind the kind of wait
   * @param detail the object of the wait
   * @throws NullPointerException if {@code kind} or {@code detail} is {@code null}
   */
  public WaitReason {
    kind =
        Printable.of(Objects.requireNonNull(kind, "'kind' must not be null"), Printable.MAX_LENGTH);
    detail =
        Printable.of(
            Objects.requireNonNull(detail, "'detail' must not be null"), Printable.MAX_LENGTH);
  }

  @Override
  public String toString() {
    return detail.isEmpty() ? kind : kind + " " + detail;
  }
}
