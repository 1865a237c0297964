package dev.greenlet.spring.web.route;

import dev.greenlet.spring.web.turn.TooManyWaitingException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/** Answers requests that were not let in to their handler, unless the application does. */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class RefusedRequests {

  /** Creates the advice. */
  public RefusedRequests() {}

  @ExceptionHandler({MissingKeyException.class, TooManyWaitingException.class})
  ResponseEntity<ProblemDetail> answer(ErrorResponseException refusal) {
    return ResponseEntity.status(refusal.getStatusCode())
        .headers(refusal.getHeaders())
        .body(refusal.getBody());
  }
}
