package dev.greenlet.sample.flights;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Thrown if a flight does not exist. The response is 404. */
public final class NoSuchFlightException extends ErrorResponseException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param id the unknown id
   */
  public NoSuchFlightException(long id) {
    super(
        HttpStatus.NOT_FOUND,
        ProblemDetail.forStatusAndDetail(
            HttpStatus.NOT_FOUND, "There is no flight %d; see /flights".formatted(id)),
        null);
  }
}
