package dev.greenlet.spring.web.route;

import dev.greenlet.spring.web.Problem;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** Thrown if the key of a handler is {@code null} for a request. The response is 400. */
public final class MissingKeyException extends ErrorResponseException {
  private static final long serialVersionUID = 1L;

  private final String message;

  MissingKeyException(String key, String handler) {
    super(
        HttpStatus.BAD_REQUEST,
        Problem.KEY_MISSING.with("The request has no value for the key of its handler."),
        null);
    this.message =
        "Key '%s' of %s must not be null: use a default value for requests without one, or reject them"
            .formatted(key, handler);
  }

  @Override
  public String getMessage() {
    return message;
  }
}
