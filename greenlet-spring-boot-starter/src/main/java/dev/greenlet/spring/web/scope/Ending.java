package dev.greenlet.spring.web.scope;

import java.time.Duration;

/**
 * The way in which a request has ended, determined by the exit that was delivered, not by the
 * exception thrown.
 */
sealed interface Ending {
  /** The request completed, normally or with a failure. */
  record Completed() implements Ending {}

  /** The time limit of the request expired. */
  record TimedOut(Duration limit) implements Ending {}

  /** The request was killed. */
  record Killed() implements Ending {}
}
