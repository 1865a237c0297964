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

/**
 * Responds to requests that were rejected before their handler, unless the application does.
 * Thread-safe.
 */
@ControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class RejectedRequestsAdvice {

  /** Creates the advice. */
  public RejectedRequestsAdvice() {}

  @ExceptionHandler({MissingKeyException.class, TooManyWaitingException.class})
  void answer(ErrorResponseException rejection, HttpServletResponse response) throws IOException {
    rejection
        .getHeaders()
        .forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
    ProblemResponse.write(rejection.getBody(), response);
  }
}
