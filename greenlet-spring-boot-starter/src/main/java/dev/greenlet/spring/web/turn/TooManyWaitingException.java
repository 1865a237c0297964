package dev.greenlet.spring.web.turn;

import dev.greenlet.spring.web.Problem;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/**
 * Thrown if a request would have to wait for the turn of its key and the queue of the key is full.
 * The response is 503 with {@code Retry-After}.
 */
public final class TooManyWaitingException extends ErrorResponseException {
  private static final long serialVersionUID = 1L;
  private static final String DETAIL =
      "Too many requests are queued for the same resource. Repeat the request later.";
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final String message;

  TooManyWaitingException(String turn, int waiting) {
    super(HttpStatus.SERVICE_UNAVAILABLE, Problem.TOO_MANY_WAITING.with(DETAIL), null);
    this.message = "%d requests are queued for turn '%s' already".formatted(waiting, turn);
    getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(RETRY_AFTER.toSeconds()));
  }

  @Override
  public String getMessage() {
    return message;
  }
}
