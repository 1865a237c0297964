package dev.greenlet.sample.bookings;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Thrown if no seat is left. The response is 409. */
final class FlightFullException extends ErrorResponseException {
  private static final long serialVersionUID = 1L;

  FlightFullException(long flight, int seats) {
    super(
        HttpStatus.CONFLICT,
        ProblemDetail.forStatusAndDetail(
            HttpStatus.CONFLICT,
            "Flight %d is full: all of its %d seats are booked".formatted(flight, seats)),
        null);
  }
}
