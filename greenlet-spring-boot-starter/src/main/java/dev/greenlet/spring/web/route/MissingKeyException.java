package dev.greenlet.spring.web.route;

import dev.greenlet.spring.web.Problem;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** Thrown to a request whose handler goes by a key when the key is {@code null}: 400. */
public final class MissingKeyException extends ErrorResponseException {
  private static final long serialVersionUID = 1L;

  private final String message;

  MissingKeyException(String key, String handler) {
    super(
        HttpStatus.BAD_REQUEST,
        Problem.KEY_MISSING.with("The request has no value for the key that its handler goes by."),
        null);
    this.message =
        "Key '%s' of %s must not be null: give requests without one a value, or reject them"
            .formatted(key, handler);
  }

  @Override
  public String getMessage() {
    return message;
  }
}
