package dev.greenlet.sync;

/** What came of sending to a {@link Channel}. */
public enum Sent {
  /** The value was received, or is in the channel's buffer. */
  ACCEPTED,
  /** The channel is closed: the value was not sent. */
  CLOSED,
  /** Nobody took the value in time: it was not sent. */
  TIMED_OUT
}
