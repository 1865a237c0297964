package dev.greenlet.spring.web;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * The problems of requests that did not complete, or did not reach their handler: problem details
 * (RFC 9457) whose types and titles are stable. Immutable; usable by any thread.
 */
public enum Problem {
  /** The time limit of the request expired. */
  TIMED_OUT(HttpStatus.SERVICE_UNAVAILABLE, "timed-out", "Request timed out"),
  /** The request was killed: by an operator, or because the application stops. */
  CANCELLED(HttpStatus.SERVICE_UNAVAILABLE, "cancelled", "Request cancelled"),
  /** The queue for admission was full. */
  QUEUE_FULL(HttpStatus.SERVICE_UNAVAILABLE, "queue-full", "Queue full"),
  /** The request was not admitted in time. */
  QUEUE_TIMED_OUT(HttpStatus.SERVICE_UNAVAILABLE, "queue-timed-out", "Timed out in the queue"),
  /** Too many requests of the same key were queued. */
  TOO_MANY_WAITING(HttpStatus.SERVICE_UNAVAILABLE, "too-many-waiting", "Too many requests waiting"),
  /** The request has no value for the key of its handler. */
  KEY_MISSING(HttpStatus.BAD_REQUEST, "key-missing", "Key missing");

  private final HttpStatus status;
  private final URI type;
  private final String title;

  Problem(HttpStatus status, String name, String title) {
    this.status = status;
    this.type = URI.create("urn:greenlet:problem:" + name);
    this.title = title;
  }

  /**
   * Returns the problem details for one request.
   *
   * @param detail a sentence about this request
   * @return new problem details
   */
  public ProblemDetail with(String detail) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
    problem.setType(type);
    problem.setTitle(title);
    return problem;
  }
}
