package dev.greenlet.testing.net;

import java.time.Duration;

/** What happens to the bytes of one direction. */
public sealed interface Fault {

  /** Nothing: they pass. */
  record None() implements Fault {}

  /** Each piece that was read waits before it passes. */
  record Delay(Duration each) implements Fault {}

  /** They pass one by one, each in a segment of its own. */
  record ByteByByte() implements Fault {}

  /** They are not read, so that the sender's buffers fill up, until the fault is healed. */
  record Stall() implements Fault {}

  /** So many more pass; then they are not read any more, until the fault is healed. */
  record StallAfter(long bytes) implements Fault {}

  /** They vanish, as on a connection whose other end has lost its power. */
  record Vanish() implements Fault {}

  /** So many more pass, then both ends are told that the connection was reset. */
  record ResetAfter(long bytes) implements Fault {}

  /** So many more pass, then the receiver is told that no more will come: a half-close. */
  record EndAfter(long bytes) implements Fault {}
}
