package dev.greenlet.spring.web.scope;

import java.time.Duration;

/** How a request has ended. Decided by what was delivered to it, not by what it threw. */
sealed interface Ending {
  /** By itself, well or not. */
  record Own() implements Ending {}

  /** Its time was up. */
  record TimedOut(Duration limit) implements Ending {}

  /** It was killed. */
  record Killed() implements Ending {}
}
