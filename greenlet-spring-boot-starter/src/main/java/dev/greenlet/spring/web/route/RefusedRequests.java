package dev.greenlet.spring.web.route;

import dev.greenlet.spring.web.ProblemResponse;
import dev.greenlet.spring.web.turn.TooManyWaitingException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
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
  void answer(ErrorResponseException refusal, HttpServletResponse response) throws IOException {
    refusal
        .getHeaders()
        .forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
    ProblemResponse.write(refusal.getBody(), response);
  }
}
