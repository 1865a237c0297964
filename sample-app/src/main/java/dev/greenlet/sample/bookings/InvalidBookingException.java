package dev.greenlet.sample.bookings;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Thrown if a body is not a valid booking. The response is 400. */
final class InvalidBookingException extends ErrorResponseException {
  private static final long serialVersionUID = 1L;

  InvalidBookingException(String detail) {
    super(
        HttpStatus.BAD_REQUEST,
        ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, detail),
        null);
  }
}
