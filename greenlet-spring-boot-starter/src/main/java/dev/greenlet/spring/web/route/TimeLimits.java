package dev.greenlet.spring.web.route;

import dev.greenlet.spring.Greenlet;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * How long the requests of handlers may take, by their annotations.
 *
 * @param placeholders puts properties in the place of their names
 */
record TimeLimits(UnaryOperator<String> placeholders) {

  /**
   * Returns how long requests may take, or {@code null} if the annotation does not say.
   *
   * @throws InvalidGreenletException if what it says makes no sense
   */
  @Nullable Duration of(Greenlet greenlet, Method handler) {
    return greenlet.timeout().isEmpty() ? null : parse(greenlet.timeout(), handler);
  }

  private Duration parse(String text, Method method) {
    Duration timeout;
    try {
      timeout = DurationStyle.detectAndParse(placeholders.apply(text));
    } catch (IllegalArgumentException failure) {
      throw invalid(text, method, failure);
    }
    if (!timeout.isPositive()) {
      throw invalid(text, method, null);
    }
    return timeout;
  }

  private static InvalidGreenletException invalid(
      String text, Method method, @Nullable Throwable cause) {
    return new InvalidGreenletException(
        method,
        "'timeout' must be a duration of more than 0, was '%s'%s"
            .formatted(text, cause == null ? "" : ": " + cause.getMessage()),
        "Write it with its unit, as in timeout = \"200ms\", or name a property that holds one, as"
            + " in timeout = \"${quotes.timeout}\".",
        cause);
  }
}
