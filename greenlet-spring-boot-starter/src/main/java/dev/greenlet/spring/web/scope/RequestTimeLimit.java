package dev.greenlet.spring.web.scope;

import java.time.Duration;

/**
 * How long a request may take.
 *
 * @param time from its beginning
 * @param endsStreams whether an asynchronous answer that has begun to go out is broken off by it
 */
record RequestTimeLimit(Duration time, boolean endsStreams) {

  /** The limit of requests that say nothing themselves: a stream is open as long as it likes. */
  static RequestTimeLimit byDefault(Duration time) {
    return new RequestTimeLimit(time, false);
  }

  /** What a handler says of its own requests. */
  static RequestTimeLimit ofHandler(Duration time) {
    return new RequestTimeLimit(time, true);
  }
}
