package dev.greenlet.sync;

/** The result of sending to a {@link Channel}. */
public enum Sent {
  /** The value was received, or is in the channel's buffer. */
  ACCEPTED,
  /** The channel is closed: the value was not sent. */
  CLOSED,
  /** The wait timed out: the value was not sent. */
  TIMED_OUT
}
