package dev.greenlet;

import java.util.Objects;

/**
 * What a parked greenlet waits for. Details never carry values: SQL stands without its parameters,
 * URLs without their query. Both parts are made {@linkplain Printable printable}.
 *
 * @param kind the kind of wait, one lower-case word: {@code jdbc}, {@code http}, {@code sleep}, …
 * @param detail what exactly, for a human reader
 */
public record WaitReason(String kind, String detail) {

  /** The kind of a wait for time to pass. */
  public static final String SLEEP = "sleep";

  /** The kind of a wait for another greenlet to finish. */
  public static final String JOIN = "join";

  /** The kind of a wait for one's turn among the requests of a key. */
  public static final String TURN = "turn";

  /** The kind of a wait in the queue for a request to be admitted. */
  public static final String ADMISSION = "admission";

  /** The kind of a wait in or for a database. */
  public static final String JDBC = "jdbc";

  /** The kind of a wait for an HTTP server. */
  public static final String HTTP = "http";

  /** The kind of a wait for a socket that nobody described better. */
  public static final String SOCKET = "socket";

  /** The kind of a wait for what a publisher publishes. */
  public static final String REACTOR = "reactor";

  /** The kind of a wait for a lock. */
  public static final String LOCK = "lock";

  /** The kind of any other wait. */
  public static final String PARK = "park";

  /**
   * Creates a reason.
   *
   * @param kind the kind of wait
   * @param detail what exactly
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
