package dev.greenlet.spring.web.scope;

import java.time.Duration;

/**
 * The time limit of a request. Immutable.
 *
 * @param time the time from the beginning of the request
 * @param endsStreams whether the limit aborts an asynchronous response of which part has been sent
 */
record RequestTimeLimit(Duration time, boolean endsStreams) {

  /** Returns the default limit of requests, which does not end streams. */
  static RequestTimeLimit byDefault(Duration time) {
    return new RequestTimeLimit(time, false);
  }

  /** Returns the limit that the annotation of a handler specifies. */
  static RequestTimeLimit ofHandler(Duration time) {
    return new RequestTimeLimit(time, true);
  }
}
