package dev.greenlet.spring.web.admission;

/**
 * No admission.
 *
 * @param why the reason
 * @param detail the same with its numbers, for the client
 */
record Refusal(Why why, String detail) implements Entry {

  /** Reasons to refuse somebody. */
  enum Why {
    /** All places in line were taken. */
    LINE_FULL,
    /** Nobody made room in time. */
    WAITED_TOO_LONG
  }
}
